import type { Cell } from '../model/cell.ts'
import type { EdgeFigures } from '../model/figures.ts'
import type { EdgeCells } from './edge-cells.ts'
import { type Bucket, quantile } from './quantile.ts'

/** Two moments of the sums, and how many seconds lie between them. */
export interface Span {
  readonly now: Float64Array
  readonly past: Float64Array
  readonly seconds: number
  readonly hidden: ReadonlySet<number>
}

export const nowOf = ({ now }: Span, { index }: Cell): number => now[index] ?? 0
/** What happened in between; a cell that is younger than the span stood at zero. */
export const movedBy = ({ now, past }: Span, { index }: Cell): number => (now[index] ?? 0) - (past[index] ?? 0)

export const sum = (cells: readonly Cell[], of: (cell: Cell) => number): number => cells.reduce((total, cell) => total + of(cell), 0)
export const cellsOf = (edge: EdgeCells, ...names: readonly string[]): Cell[] => names.flatMap((name) => edge.of(name))
export const requestCells = (edge: EdgeCells): Cell[] => cellsOf(edge, 'mesh_requests_total', 'mesh_workload_requests_total')
export const isError = ({ labels }: Cell): boolean => labels.response_code?.startsWith('5') === true
const isClientError = ({ labels }: Cell): boolean => labels.response_code?.startsWith('4') === true

/** Everything that is known of an edge over a span. */
export function figuresOf(edge: EdgeCells, span: Span, live: boolean): EdgeFigures {
  const { labels } = edge.edge
  const kind = labels.direction === 'outbound' || labels.direction === 'inbound' ? labels.direction : 'workload'
  const ofCluster = kind !== 'workload'
  return {
    kind,
    labels: { ...labels },
    live,
    requests: requestsOf(edge, span),
    latencySeconds: latencyOf(edge, span),
    connections: ofCluster ? connectionsOf(edge, span) : null,
    bytes: ofCluster ? bytesOf(edge, span) : null,
  }
}

function requestsOf(edge: EdgeCells, span: Span): EdgeFigures['requests'] {
  const cells = requestCells(edge)
  if (cells.length === 0) return null
  const inWindow = sum(cells, (cell) => movedBy(span, cell))
  const share = (some: readonly Cell[]) => (inWindow > 0 ? sum(some, (cell) => movedBy(span, cell)) / inWindow : null)
  return {
    total: sum(cells, (cell) => nowOf(span, cell)),
    perSecond: perSecond(inWindow, span),
    inWindow,
    byCode: byLabel(cells, 'response_code', span),
    errorRatio: share(cells.filter(isError)),
    clientErrorRatio: share(cells.filter(isClientError)),
    failures: byLabel(cellsOf(edge, 'mesh_request_failures_total'), 'reason', span),
  }
}

const boundOf = ({ le = Infinity }: Cell): number => le

/** The buckets of an edge's latency in ascending order, without the hidden ones. */
export function bucketCells(edge: EdgeCells, hidden: ReadonlySet<number>): Cell[] {
  return cellsOf(edge, 'mesh_request_duration_seconds', 'mesh_workload_request_duration_seconds')
    .filter(({ part, index }) => part === 'bucket' && !hidden.has(index))
    .sort((a, b) => boundOf(a) - boundOf(b))
}

/** The histogram of what happened in the span. */
export const bucketsOf = (cells: readonly Cell[], span: Span): Bucket[] =>
  cells.map((cell) => ({ le: boundOf(cell), count: movedBy(span, cell) }))

function latencyOf(edge: EdgeCells, span: Span): EdgeFigures['latencySeconds'] {
  const buckets = bucketsOf(bucketCells(edge, span.hidden), span)
  const count = buckets.at(-1)?.count ?? 0
  if (!(count > 0)) return null
  const total = sum(
    cellsOf(edge, 'mesh_request_duration_seconds', 'mesh_workload_request_duration_seconds').filter(({ part }) => part === 'sum'),
    (cell) => movedBy(span, cell),
  )
  const at = (share: number) => quantile(share, buckets) ?? 0
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), count, mean: total / count }
}

function connectionsOf(edge: EdgeCells, span: Span): EdgeFigures['connections'] {
  const active = cellsOf(edge, 'mesh_connections_active')
  const opened = cellsOf(edge, 'mesh_connections_opened_total')
  const byReason = byLabel(cellsOf(edge, 'mesh_connection_failures_total'), 'reason', span)
  return {
    active: active.length > 0 ? sum(active, (cell) => nowOf(span, cell)) : null,
    opened: sum(opened, (cell) => movedBy(span, cell)),
    openedTotal: sum(opened, (cell) => nowOf(span, cell)),
    failed: byReason.connect_fail ?? 0,
    byReason,
  }
}

function bytesOf(edge: EdgeCells, span: Span): EdgeFigures['bytes'] {
  const sent = cellsOf(edge, 'mesh_sent_bytes_total')
  const received = cellsOf(edge, 'mesh_received_bytes_total')
  return {
    sentPerSecond: perSecond(
      sum(sent, (cell) => movedBy(span, cell)),
      span,
    ),
    receivedPerSecond: perSecond(
      sum(received, (cell) => movedBy(span, cell)),
      span,
    ),
    sentTotal: sum(sent, (cell) => nowOf(span, cell)),
    receivedTotal: sum(received, (cell) => nowOf(span, cell)),
  }
}

const perSecond = (amount: number, { seconds }: Span): number => (seconds > 0 ? amount / seconds : 0)

function byLabel(cells: readonly Cell[], label: string, span: Span): Record<string, number> {
  return Object.fromEntries(cells.map((cell) => [cell.labels[label] ?? '', movedBy(span, cell)]))
}

/** Worst first: share of errors, then requests; others stay in the order that they come in. */
export function worstFirst(a: EdgeFigures, b: EdgeFigures): number {
  const errors = (b.requests?.errorRatio ?? -1) - (a.requests?.errorRatio ?? -1)
  const requests = (b.requests?.perSecond ?? -1) - (a.requests?.perSecond ?? -1)
  return errors || requests
}
