import type { TargetsAnswer } from '../../../model/figures.ts'
import type { Filters } from '../view.ts'
import { isFound } from '../who.ts'

export type Dropped = TargetsAnswer['dropped'][number]

/** Up to so many pods of a namespace each have a row of their own. */
const unfolded = 3

/** Pods that are not scraped for the same reason. */
export interface ReasonGroup {
  readonly reason: string
  readonly count: number
  readonly rows: readonly DroppedRow[]
}

/** A namespace, a pod of it, or so many pods of it at once. */
export interface DroppedRow {
  readonly key: string
  readonly namespace: string
  readonly dropped: readonly Dropped[]
  /** What mends all of them; null where each has its own. */
  readonly remedy: string | null
}

/**
 * Who is not scraped, of those that the filters leave: by reason, the most frequent first, many pods of a namespace folded into one row.
 *
 * @param meaningOf the words for a reason: they are searched, too
 */
export function reasonGroups(
  dropped: readonly Dropped[],
  { namespace, search }: Pick<Filters, 'namespace' | 'search'>,
  meaningOf: (reason: string) => string,
): readonly ReasonGroup[] {
  const fits = (one: Dropped) =>
    (!namespace || one.namespace === namespace) && isFound(search, one.namespace, one.pod ?? '', one.reason, meaningOf(one.reason))
  const byReason = Map.groupBy(dropped.filter(fits), ({ reason }) => reason)
  return [...byReason]
    .map(([reason, all]) => ({ reason, count: all.length, rows: rowsOf(all) }))
    .toSorted((a, b) => b.count - a.count || a.reason.localeCompare(b.reason))
}

function rowsOf(dropped: readonly Dropped[]): readonly DroppedRow[] {
  return [...Map.groupBy(dropped, ({ namespace }) => namespace)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([namespace, all]) => {
      const sorted = all.toSorted((a, b) => (a.pod ?? '').localeCompare(b.pod ?? ''))
      if (sorted.length <= unfolded) return sorted.map((one) => rowOf(`${namespace}/${one.pod ?? ''}`, [one]))
      return [rowOf(`${namespace}/*`, sorted)]
    })
}

function rowOf(key: string, dropped: readonly Dropped[]): DroppedRow {
  const [{ namespace, remedy } = { namespace: '', remedy: '' }] = dropped
  return { key, namespace, dropped, remedy: dropped.every((one) => one.remedy === remedy) ? remedy : null }
}

/** How many are not scraped for which reason, the most frequent first. */
export function reasonCounts(dropped: readonly Dropped[]): readonly (readonly [string, number])[] {
  return [...Map.groupBy(dropped, ({ reason }) => reason)]
    .map(([reason, all]) => [reason, all.length] as const)
    .toSorted((a, b) => b[1] - a[1])
}
