import type { EdgeFigures } from '../model/figures.ts'
import type { FigureCells, Indexes, Named } from './figure-cells.ts'
import { quantile } from './quantile.ts'

/** Two moments of the sums, and how many seconds lie between them. */
export interface Span {
  readonly now: Float64Array
  readonly past: Float64Array
  readonly seconds: number
}

/** What cells hold together; one that is younger than the sums stood at zero. */
export function standing(cells: Indexes, sums: Float64Array): number {
  let total = 0
  for (const index of cells) if (index < sums.length) total += sums[index] as number
  return total
}

/** What happened in between. */
const moved = (cells: Indexes, { now, past }: Span): number => standing(cells, now) - standing(cells, past)

/** Everything that is known over a span of an edge, or of edges together. */
export function figuresOf(cells: FigureCells, span: Span, kind: EdgeFigures['kind']): Omit<EdgeFigures, 'kind' | 'labels' | 'live'> {
  const ofCluster = kind !== 'workload'
  return {
    requests: requestsOf(cells, span),
    latencySeconds: latencyOf(cells, span),
    connections: ofCluster ? connectionsOf(cells, span) : null,
    bytes: ofCluster ? bytesOf(cells, span) : null,
  }
}

function requestsOf({ requests, errors, clientErrors, byCode, failures }: FigureCells, span: Span): EdgeFigures['requests'] {
  if (requests.length === 0) return null
  const inWindow = moved(requests, span)
  const share = (some: Indexes) => (inWindow > 0 ? moved(some, span) / inWindow : null)
  return {
    total: standing(requests, span.now),
    perSecond: perSecond(inWindow, span),
    inWindow,
    byCode: movedByName(byCode, span),
    errorRatio: share(errors),
    clientErrorRatio: share(clientErrors),
    failures: movedByName(failures, span),
  }
}

function latencyOf({ bounds, buckets, latencySum }: FigureCells, span: Span): EdgeFigures['latencySeconds'] {
  const counts = buckets.map((cells) => moved(cells, span))
  const count = counts.at(-1) ?? 0
  if (!(count > 0)) return null
  const at = (share: number) => quantile(share, { bounds, counts }) ?? 0
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), count, mean: moved(latencySum, span) / count }
}

function connectionsOf({ active, opened, connectionFailures }: FigureCells, span: Span): EdgeFigures['connections'] {
  const byReason = movedByName(connectionFailures, span)
  return {
    active: active.length > 0 ? standing(active, span.now) : null,
    opened: moved(opened, span),
    openedTotal: standing(opened, span.now),
    failed: byReason.connect_fail ?? 0,
    byReason,
  }
}

function bytesOf({ sent, received }: FigureCells, span: Span): EdgeFigures['bytes'] {
  return {
    sentPerSecond: perSecond(moved(sent, span), span),
    receivedPerSecond: perSecond(moved(received, span), span),
    sentTotal: standing(sent, span.now),
    receivedTotal: standing(received, span.now),
  }
}

const perSecond = (amount: number, { seconds }: Span): number => (seconds > 0 ? amount / seconds : 0)

const movedByName = (all: readonly Named[], span: Span): Record<string, number> =>
  Object.fromEntries(all.map(({ name, cells }) => [name, moved(cells, span)]))

/** Worst first: share of errors, then requests; others stay in the order that they come in. */
export function worstFirst(a: EdgeFigures, b: EdgeFigures): number {
  const errors = (b.requests?.errorRatio ?? -1) - (a.requests?.errorRatio ?? -1)
  const requests = (b.requests?.perSecond ?? -1) - (a.requests?.perSecond ?? -1)
  return errors || requests
}
