import type { EdgeFigures } from '../../../model/figures.ts'

/** Edges that carry requests, taken together. */
export interface Totals {
  readonly edges: number
  readonly inWindow: number
  readonly perSecond: number
  /** Share of 5xx; null without requests. */
  readonly errorRatio: number | null
  /** Share of 4xx; null without requests. */
  readonly clientErrorRatio: number | null
}

type WithRequests = EdgeFigures & { readonly requests: NonNullable<EdgeFigures['requests']> }

export const hasRequests = (edge: EdgeFigures): edge is WithRequests => edge.requests !== null

/** Sums of what each tells, and shares from the sums. */
export function totalsOf(edges: readonly EdgeFigures[]): Totals {
  const all = edges.filter(hasRequests).map(({ requests }) => requests)
  const sum = (of: (one: WithRequests['requests']) => number) => all.reduce((total, one) => total + of(one), 0)
  const inWindow = sum((one) => one.inWindow)
  const share = (of: 'errorRatio' | 'clientErrorRatio') => (inWindow > 0 ? sum((one) => (one[of] ?? 0) * one.inWindow) / inWindow : null)
  return {
    edges: all.length,
    inWindow,
    perSecond: sum((one) => one.perSecond),
    errorRatio: share('errorRatio'),
    clientErrorRatio: share('clientErrorRatio'),
  }
}

/** Share of requests that did not end in 5xx; null without requests. */
export const successOf = (requests: EdgeFigures['requests']): number | null =>
  requests === null || requests.errorRatio === null ? null : 1 - requests.errorRatio

/** As it is shown: what is nearly all is not all. */
export function successShown(requests: EdgeFigures['requests']): number | null {
  const share = successOf(requests)
  return share !== null && share < 1 ? Math.min(share, 0.999) : share
}
