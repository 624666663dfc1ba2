import type { TargetsAnswer } from '../../../model/figures.ts'
import type { Filters } from '../view.ts'
import { isFound } from '../who.ts'

export type Target = TargetsAnswer['targets'][number]
export type TargetState = Target['state']

/** Heads of answers tell the time in whole seconds: so much an age may seem to be too much. */
const roundingMs = 1_000

const urgency: Readonly<Record<TargetState, number>> = { stale: 0, failing: 0, waiting: 1, up: 1 }

/** What a person calls a target: its pod, or its address where no pod is known. */
export const nameOf = ({ pod, id }: Target): string => pod ?? id

/** Who fails first, then by name. */
export const sortedTargets = (targets: readonly Target[]): readonly Target[] =>
  targets.toSorted(
    (a, b) =>
      urgency[a.state] - urgency[b.state] || (a.namespace ?? '').localeCompare(b.namespace ?? '') || nameOf(a).localeCompare(nameOf(b)),
  )

/** Those that the filters leave. */
export const shownTargets = (targets: readonly Target[], { namespace, search }: Pick<Filters, 'namespace' | 'search'>): readonly Target[] =>
  targets.filter(
    (target) =>
      (!namespace || target.namespace === namespace) &&
      isFound(search, nameOf(target), target.namespace ?? '', target.workload ?? '', target.url, target.error?.code ?? ''),
  )

/** How many are in which state; only states that somebody is in. */
export function countsOf(targets: readonly Target[]): ReadonlyMap<TargetState, number> {
  const counts = new Map<TargetState, number>()
  for (const { state } of targets) counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}

/**
 * Whether a page should have come by now: two of its turns have passed without one. Those that fail or are read more seldom say so themselves.
 *
 * @param nowMs when the answer came, by the collector's clock
 */
export function isLate({ state, lastPageMs, notice }: Target, { intervalMs, everyNth }: TargetsAnswer['scrape'], nowMs: number): boolean {
  return state === 'up' && lastPageMs !== null && notice === null && nowMs - lastPageMs > 2 * intervalMs * everyNth + roundingMs
}
