import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'

export const receiveMetrics = {
  requests: {
    name: 'meshtelemetry_spans_requests_total',
    type: 'counter',
    help: 'Requests on traces.listen by the status of their answer; to Envoy everything but 202 is a loss.',
    labels: ['status'],
  },
  connectionsDropped: {
    name: 'meshtelemetry_spans_connections_dropped_total',
    type: 'counter',
    help: 'Connections to traces.listen that were ended at once, because more than 8192 were open.',
  },
  bytes: {
    name: 'meshtelemetry_spans_received_bytes_total',
    type: 'counter',
    help: 'Bytes of bodies that were read whole, as they came: compressed where the sender compresses.',
  },
  received: {
    name: 'meshtelemetry_spans_received_total',
    type: 'counter',
    help: 'Spans that came: those that were accepted and those that were refused.',
  },
  accepted: {
    name: 'meshtelemetry_spans_accepted_total',
    type: 'counter',
    help: 'Spans that were taken, those included that sampling left out afterwards.',
  },
  refused: {
    name: 'meshtelemetry_spans_refused_total',
    type: 'counter',
    help: "Spans that were not taken, by reason: not_json, not_object, no_trace_id, bad_id, bad_member (one that is not as Zipkin's API has it), named_twice (a member that is there twice), too_long, too_deep; whole batches are refused as too_fast (traces.spansPerSecond) and no_room (more waits for a commit than may). What was refused unread has no number of spans: those are requests with another status than 202.",
    labels: ['reason'],
  },
  sampledOut: {
    name: 'meshtelemetry_spans_sampled_out_total',
    type: 'counter',
    help: 'Accepted spans of traces that traces.sample leaves out.',
  },
  redacted: {
    name: 'meshtelemetry_spans_redacted_total',
    type: 'counter',
    help: 'What was taken out of spans by traces.redact: tag; query, which is of a URL, or its name and password.',
    labels: ['what'],
  },
} as const satisfies Record<string, MetricKind>

export const receiveEvents = {
  listening: { name: 'traces_listening', level: 'info', message: 'Spans are received.' },
  portMoved: { name: 'traces_port_moved', level: 'info', message: 'The port for spans is taken: the next free one serves instead.' },
  pathFollowed: {
    name: 'traces_path_followed',
    level: 'info',
    message: "The mesh's configuration names a path for spans: they are taken there too.",
  },
  refused: {
    name: 'spans_refused',
    level: 'warn',
    message: 'Spans are refused; told once a minute at most for each reason.',
  },
} as const satisfies Record<string, EventKind>
