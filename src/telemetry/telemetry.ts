import type { EventKind } from './events.ts'
import type { MetricKind } from './metrics.ts'

export const ownTracesMetrics = {
  sent: { name: 'meshtelemetry_own_spans_sent_total', type: 'counter', help: "Spans of the collector's own traces that have arrived." },
  dropped: {
    name: 'meshtelemetry_own_spans_dropped_total',
    type: 'counter',
    help: "Spans of the collector's own traces that were let go. queue_full: more waited than may. not_delivered: sending them failed. ended: they still waited when the collector ended.",
    labels: ['reason'],
  },
} as const satisfies Record<string, MetricKind>

export const ownTracesEvents = {
  failing: {
    name: 'own_traces_failing',
    level: 'warn',
    message: "The collector's own traces cannot be sent to where telemetry.traces says; they are let go.",
  },
  recovered: { name: 'own_traces_recovered', level: 'info', message: "The collector's own traces arrive again." },
  disabled: {
    name: 'own_traces_disabled',
    level: 'warn',
    message: "The environment turns the collector's own traces off (OTEL_SDK_DISABLED).",
  },
} as const satisfies Record<string, EventKind>
