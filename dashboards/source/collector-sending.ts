import { highest, orZero, rate, total } from './collector-queries.ts'
import { lines } from './panels.ts'

const nobody = 'No line with a name: nothing is pushed, as by default.'

/** What is pushed to destinations: rows, which wait in an outbox until they have arrived. */
export const sending = [
  lines(
    {
      title: 'Lag',
      says: `Age of the oldest rows that a destination has not got. Near 0 is well; growing: see Failed tries, and mesh-telemetry doctor. ${nobody}`,
      unit: 's',
      width: 8,
    },
    { '{{destination}} {{instance}}': orZero(highest('meshtelemetry_destination_lag_seconds', ['destination', 'instance'])) },
  ),
  lines(
    {
      title: 'Rows that wait',
      says: `Rows in the outbox that a destination has not got. Growing for longer than an outage: it takes less than is made. ${nobody}`,
      unit: 'short',
      width: 8,
    },
    { '{{destination}}': orZero(total('meshtelemetry_destination_queued_rows', ['destination'])) },
  ),
  lines(
    {
      title: 'Bytes that wait',
      says: `Bytes in the outbox, compressed. Near outbox.limit, or a quarter of the disk where that is less: the oldest are dropped next. ${nobody}`,
      unit: 'bytes',
      width: 8,
    },
    { '{{destination}}': orZero(total('meshtelemetry_destination_queued_bytes', ['destination'])) },
  ),
  lines(
    {
      title: 'Rows made and sent',
      says: `Rows per second that were made for all destinations, and that arrived at each. Fewer arrive than are made: the rest waits or is dropped. ${nobody}`,
      unit: 'cps',
      width: 8,
    },
    {
      made: rate('meshtelemetry_rows_total'),
      '{{destination}}': orZero(rate('meshtelemetry_destination_sent_rows_total', ['destination'])),
    },
  ),
  lines(
    {
      title: 'Dropped rows by reason',
      says: `Rows per second that will never arrive. no_room, too_old, disk_full: the destination was away for longer than the outbox holds. Codes of problems: docs/problems.md. ${nobody}`,
      unit: 'cps',
      width: 8,
    },
    { '{{destination}} {{reason}}': orZero(rate('meshtelemetry_destination_dropped_rows_total', ['destination', 'reason'])) },
  ),
  lines(
    {
      title: 'Failed tries by code',
      says: `Tries to send per second that failed, and are repeated; docs/problems.md explains the codes. ${nobody}`,
      unit: 'cps',
      width: 8,
    },
    { '{{destination}} {{code}}': orZero(rate('meshtelemetry_destination_failures_total', ['destination', 'code'])) },
  ),
  lines(
    {
      title: 'Rows left out by reason',
      says: 'Rows per second that were not made. too_long: a row does not fit into a request. same_name: two targets call themselves the same. not_finite: no number.',
      unit: 'cps',
      width: 12,
    },
    { '{{reason}}': orZero(rate('meshtelemetry_rows_left_out_total', ['reason'])) },
  ),
  lines(
    {
      title: 'Rounds of rows left out',
      says: 'Rounds per second for which no rows were made, since those of the round before were not committed yet. More than none: see Time to commit.',
      unit: 'cps',
      width: 12,
    },
    { '{{instance}}': rate('meshtelemetry_row_rounds_skipped_total', ['instance']) },
  ),
]
