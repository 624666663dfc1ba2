import type { Cell } from '../model/cell.ts'
import type { HistoryAnswer } from '../model/figures.ts'
import type { EdgeCells } from './edge-cells.ts'
import { bucketCells, bucketsOf, cellsOf, isError, movedBy, nowOf, requestCells, type Span, sum } from './edge-figures.ts'
import type { Moment } from './history.ts'
import { quantile } from './quantile.ts'

type Point = HistoryAnswer['edges'][number]['points'][number]

/** The cells that a point is made of: found once per edge, since an hour has many points. */
interface PointCells {
  readonly requests: readonly Cell[]
  readonly errors: readonly Cell[]
  readonly buckets: readonly Cell[]
  readonly active: readonly Cell[]
  readonly opened: readonly Cell[]
  readonly sent: readonly Cell[]
  readonly received: readonly Cell[]
}

/** One point for each step between two moments. */
export function pointsOf(edge: EdgeCells, moments: readonly Moment[], hidden: ReadonlySet<number>): Point[] {
  const requests = requestCells(edge)
  const cells = {
    requests,
    errors: requests.filter(isError),
    buckets: bucketCells(edge, hidden),
    active: cellsOf(edge, 'mesh_connections_active'),
    opened: cellsOf(edge, 'mesh_connections_opened_total'),
    sent: cellsOf(edge, 'mesh_sent_bytes_total'),
    received: cellsOf(edge, 'mesh_received_bytes_total'),
  }
  return moments.slice(1).map((moment, index) => {
    const before = moments[index] as Moment
    const span = { now: moment.sums, past: before.sums, seconds: (moment.monotonicMs - before.monotonicMs) / 1e3, hidden }
    return pointOf(cells, span, moment.wallMs)
  })
}

function pointOf({ active, ...cells }: PointCells, span: Span, atMs: number): Point {
  const buckets = bucketsOf(cells.buckets, span)
  const moved = (some: readonly Cell[]) => sum(some, (cell) => movedBy(span, cell))
  return {
    atMs,
    seconds: span.seconds,
    requests: moved(cells.requests),
    errors: moved(cells.errors),
    p50: quantile(0.5, buckets),
    p90: quantile(0.9, buckets),
    p99: quantile(0.99, buckets),
    active: active.length > 0 ? sum(active, (cell) => nowOf(span, cell)) : null,
    opened: moved(cells.opened),
    sentBytes: moved(cells.sent),
    receivedBytes: moved(cells.received),
  }
}
