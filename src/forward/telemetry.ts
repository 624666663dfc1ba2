import type { MetricKind } from '../telemetry/metrics.ts'

export const forwardMetrics = {
  duplicateSeries: {
    name: 'meshtelemetry_exposition_duplicate_series',
    type: 'gauge',
    help: 'Series that the last rendering of /metrics/osm left out, because a target before had the same name and labels.',
  },
} as const satisfies Record<string, MetricKind>
