import type { HistoryAnswer } from '../model/figures.ts'
import type { EdgeCells } from './edge-cells.ts'
import { bucketsOf, cellsOf, errorsIn, movedBy, requestCells, type Span } from './edge-figures.ts'
import type { Moment } from './history.ts'
import { quantile } from './quantile.ts'

type Point = HistoryAnswer['edges'][number]['points'][number]

/** One point for each step between two moments. */
export function pointsOf(edge: EdgeCells, moments: readonly Moment[], hidden: ReadonlySet<number>): Point[] {
  return moments.slice(1).map((moment, index) => {
    const before = moments[index] as Moment
    const span = { now: moment.sums, past: before.sums, seconds: (moment.monotonicMs - before.monotonicMs) / 1e3, hidden }
    return pointOf(edge, span, moment.wallMs)
  })
}

function pointOf(edge: EdgeCells, span: Span, atMs: number): Point {
  const requests = requestCells(edge)
  const buckets = bucketsOf(edge, span)
  const active = cellsOf(edge, 'mesh_connections_active')
  const moved = (name: string) => cellsOf(edge, name).reduce((total, cell) => total + movedBy(span, cell), 0)
  return {
    atMs,
    seconds: span.seconds,
    requests: requests.reduce((total, cell) => total + movedBy(span, cell), 0),
    errors: errorsIn(span, requests),
    p50: quantile(0.5, buckets),
    p90: quantile(0.9, buckets),
    p99: quantile(0.99, buckets),
    active: active.length > 0 ? active.reduce((total, { index }) => total + (span.now[index] ?? 0), 0) : null,
    opened: moved('mesh_connections_opened_total'),
    sentBytes: moved('mesh_sent_bytes_total'),
    receivedBytes: moved('mesh_received_bytes_total'),
  }
}
