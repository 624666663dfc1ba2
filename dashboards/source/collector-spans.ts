import { orZero, rate } from './collector-queries.ts'
import { lines } from './panels.ts'

const unasked = 'Nothing but 0: traces.listen is not set, or no sidecar sends.'

/** What sidecars send as spans, and what becomes of it before it waits for destinations; then the collector's own. */
export const spans = [
  lines(
    {
      title: 'Spans taken and left out',
      says: `Spans per second that came, that were accepted, and that traces.sample left out of these. ${unasked}`,
      unit: 'cps',
      width: 8,
    },
    {
      came: orZero(rate('meshtelemetry_spans_received_total')),
      accepted: orZero(rate('meshtelemetry_spans_accepted_total')),
      'left out by sampling': orZero(rate('meshtelemetry_spans_sampled_out_total')),
    },
  ),
  lines(
    {
      title: 'Refused spans by reason',
      says: 'Spans per second that were not taken, which sidecars do not send again. too_fast: traces.spansPerSecond. no_room: the disk or the thread is too slow. Other reasons: docs/metrics.md.',
      unit: 'cps',
      width: 8,
    },
    { '{{reason}}': orZero(rate('meshtelemetry_spans_refused_total', ['reason'])) },
  ),
  lines(
    {
      title: 'Requests with spans by status',
      says: `Requests per second by the status of their answer. To Envoy all but 202 are losses; - is for connections that were ended at once. ${unasked}`,
      unit: 'reqps',
      width: 8,
    },
    {
      '{{status}}': orZero(rate('meshtelemetry_spans_requests_total', ['status'])),
      '-': orZero(rate('meshtelemetry_spans_connections_dropped_total')),
    },
  ),
  lines(
    {
      title: 'Bytes of spans',
      says: `Bytes per second that sidecars sent. ${unasked}`,
      unit: 'Bps',
      width: 8,
    },
    { read: orZero(rate('meshtelemetry_spans_received_bytes_total')) },
  ),
  lines(
    {
      title: 'Mended and redacted',
      says: `Spans per second that were mended, by what was; and what was taken out of them. unverified: no pod was known to take a name from. ${unasked}`,
      unit: 'cps',
      width: 8,
    },
    {
      '{{repair}}': orZero(rate('meshtelemetry_spans_repaired_total', ['repair'])),
      'redacted: {{what}}': orZero(rate('meshtelemetry_spans_redacted_total', ['what'])),
    },
  ),
  lines(
    {
      title: "The collector's own spans",
      says: 'Spans per second of telemetry.traces that arrived, and that were let go. Nothing but 0: it is off, as by default.',
      unit: 'cps',
      width: 8,
    },
    {
      arrived: orZero(rate('meshtelemetry_own_spans_sent_total')),
      'let go: {{reason}}': orZero(rate('meshtelemetry_own_spans_dropped_total', ['reason'])),
    },
  ),
]
