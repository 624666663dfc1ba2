import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'

export const aggregateMetrics = {
  skippedValues: {
    name: 'meshtelemetry_skipped_values_total',
    type: 'counter',
    help: 'Values on scraped pages, of counters and of gauges that are summed, that were negative or no finite number; they were left out.',
  },
  restarts: {
    name: 'meshtelemetry_target_restarts_total',
    type: 'counter',
    help: 'Restarts of a scraped process that its statistics or its container id told.',
    labels: ['kind'],
  },
} as const satisfies Record<string, MetricKind>

export const aggregateEvents = {
  edgesForgotten: {
    name: 'edges_forgotten',
    level: 'warn',
    message:
      'More edges than aggregate.edgeLimit allows: those that moved longest ago were forgotten; they begin at zero if they come back.',
  },
} as const satisfies Record<string, EventKind>
