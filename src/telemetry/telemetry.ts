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

export const processMetrics = {
  eventLoopDelay: {
    name: 'meshtelemetry_event_loop_delay_seconds',
    type: 'histogram',
    help: 'How much later than due a turn of the event loop came, looked at 50 times a second: what one page or answer makes all others wait. A standstill counts once, however long it is.',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  },
  collecting: {
    name: 'meshtelemetry_gc_seconds_total',
    type: 'counter',
    help: 'Time that the main thread spent collecting garbage, by kind of collection: minor (of what is young), major (of all), incremental, weak_callbacks.',
    labels: ['kind'],
  },
  collections: {
    name: 'meshtelemetry_gc_collections_total',
    type: 'counter',
    help: 'Garbage collections of the main thread, by kind.',
    labels: ['kind'],
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
