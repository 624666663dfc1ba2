import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'
import type { ActivityKind } from '../telemetry/tracer.ts'

export const forwardMetrics = {
  duplicateSeries: {
    name: 'meshtelemetry_exposition_duplicate_series',
    type: 'gauge',
    help: 'Series that the last rendering of /metrics/osm left out, because a target before had the same name and labels.',
  },
  lag: {
    name: 'meshtelemetry_destination_lag_seconds',
    type: 'gauge',
    help: 'Age of the oldest chunk that a destination has not got; 0 when nothing waits.',
    labels: ['destination'],
  },
  queuedRows: {
    name: 'meshtelemetry_destination_queued_rows',
    type: 'gauge',
    help: 'Rows or spans in the outbox that a destination has not got.',
    labels: ['destination'],
  },
  queuedBytes: {
    name: 'meshtelemetry_destination_queued_bytes',
    type: 'gauge',
    help: 'Bytes in the outbox, compressed, that a destination has not got.',
    labels: ['destination'],
  },
  sentRows: {
    name: 'meshtelemetry_destination_sent_rows_total',
    type: 'counter',
    help: 'Rows or spans that arrived at a destination; one that was repeated since its answer was lost counts once.',
    labels: ['destination'],
  },
  droppedRows: {
    name: 'meshtelemetry_destination_dropped_rows_total',
    type: 'counter',
    help: 'Rows or spans that will never arrive, by reason: no_room, too_old and disk_full in the outbox, unreadable or state_moved_aside on its disk, or the code of the problem for which the destination refuses them, or a part of a request, for good.',
    labels: ['destination', 'reason'],
  },
  failures: {
    name: 'meshtelemetry_destination_failures_total',
    type: 'counter',
    help: 'Tries to send that failed, by the code of the problem.',
    labels: ['destination', 'code'],
  },
} as const satisfies Record<string, MetricKind>

export const forwardEvents = {
  failing: {
    name: 'destination_failing',
    level: 'warn',
    message: 'A destination does not take what is sent. It waits and is sent again, unless destination_dropped says that it is lost.',
  },
  recovered: { name: 'destination_recovered', level: 'info', message: 'A destination takes what is sent again.' },
  dropped: {
    name: 'destination_dropped',
    level: 'error',
    message: 'Rows or spans for a destination are lost; told once a minute at most for each reason.',
  },
  leftBehind: {
    name: 'destination_left_behind',
    level: 'error',
    message: 'The collector ends without state.path: rows and spans that a destination has not got end with it.',
  },
} as const satisfies Record<string, EventKind>

export const forwardActivities = { forward: { name: 'forward' } } as const satisfies Record<string, ActivityKind>
