import type { EdgesAnswer } from '../../../model/figures.ts'
import { evenRates } from '../covered.ts'
import { failingShare } from '../failing.ts'
import { destinationOf, isFound, pairKeyOf, sourceKeyOf, sourceOf } from '../who.ts'

/** A caller, or a caller and whom it calls, by its connections. */
export interface Flow {
  readonly name: string
  readonly key: string
  /** Open now; null where the side does not tell. */
  readonly active: number | null
  /** In the window. */
  readonly opened: number
  /** Attempts in the window that failed to connect. */
  readonly failed: number
  /** Share of the attempts that failed; null without any. */
  readonly failedShare: number | null
  /** Those that occurred, the most frequent first; they overlap. */
  readonly reasons: readonly (readonly [reason: string, count: number])[]
  readonly sentPerSecond: number | null
  readonly receivedPerSecond: number | null
  /** In the window; null for what carries no HTTP. */
  readonly requests: number | null
  /** Connections opened per second, in slots of one length, oldest first. */
  readonly trend: readonly number[]
  readonly hint: Hint | undefined
}

/** What a reader may wonder about. */
export type Hint = 'failing' | 'none-open' | 'untold'

/** Flows of an answer, as they come; what has no connections is none. */
export function flowsOf(
  { edges, steps = [] }: EdgesAnswer,
  { by, scrapeMs }: { readonly by: 'source' | 'pair'; readonly scrapeMs: number },
): readonly Flow[] {
  const [nameOf, keyOf] = by === 'source' ? [sourceOf, sourceKeyOf] : [destinationOf, pairKeyOf]
  return edges.flatMap(({ connections, bytes, requests, labels, live, trend }) => {
    if (!connections) return []
    const { active, opened, failed, byReason } = connections
    const figures = { active, opened, failed, failedShare: shareOf(failed, opened), requests: requests ? requests.inWindow : null }
    return [
      {
        ...figures,
        name: nameOf(labels),
        key: keyOf(labels),
        reasons: reasonsOf(byReason),
        sentPerSecond: bytes?.sentPerSecond ?? null,
        receivedPerSecond: bytes?.receivedPerSecond ?? null,
        trend: evenRates(trend?.opened ?? [], steps, { shortestSeconds: scrapeMs / 1e3 }),
        hint: hintOf(figures, live),
      },
    ]
  })
}

/** Attempts are among those opened as soon as they begin: one may fail in the next window, not in this one. */
const shareOf = (failed: number, opened: number): number | null => (failed + opened > 0 ? failed / Math.max(failed, opened) : null)

const reasonsOf = (byReason: Readonly<Record<string, number>>): Flow['reasons'] =>
  Object.entries(byReason)
    .filter(([, count]) => count > 0)
    .toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))

function hintOf({ failedShare, active, requests }: Pick<Flow, 'failedShare' | 'active' | 'requests'>, live: boolean): Hint | undefined {
  if ((failedShare ?? 0) >= failingShare) return 'failing'
  if (active === null || !live) return 'untold'
  return active === 0 && (requests ?? 0) > 0 ? 'none-open' : undefined
}

/** Nothing is open and nothing happened. */
export const isIdle = ({ active, opened, failed, requests }: Flow): boolean => !active && opened === 0 && failed === 0 && !requests

/** Those that somebody looks for: who fails first, then who has the most. */
export const shownOf = (flows: readonly Flow[], search: string | undefined): readonly Flow[] =>
  flows
    .filter(({ name }) => isFound(search, name))
    .toSorted(
      (a, b) =>
        Number(b.hint === 'failing') - Number(a.hint === 'failing') ||
        Number(isIdle(a)) - Number(isIdle(b)) ||
        b.opened - a.opened ||
        (b.active ?? 0) - (a.active ?? 0) ||
        a.name.localeCompare(b.name),
    )
