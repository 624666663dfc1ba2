import type { MetricKind } from '../../telemetry/metrics.ts'

export const repairMetrics = {
  repairs: {
    name: 'meshtelemetry_spans_repaired_total',
    type: 'counter',
    help: 'Spans that were changed before they were sent on, by repair: service_name, duration, id, mesh_tags; unverified had no pod to take a name from.',
    labels: ['repair'],
  },
} as const satisfies Record<string, MetricKind>
