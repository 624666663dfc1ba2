/** One bucket of a histogram: how many values were at most `le`. */
export interface Bucket {
  readonly le: number
  readonly count: number
}

/**
 * The value below which a share of what was counted lies, linear within a bucket, as Prometheus' histogram_quantile does.
 *
 * @param buckets cumulative, ascending, the last one unbounded
 * @returns in the unit of the bounds; `null` when nothing was counted
 */
export function quantile(share: number, buckets: readonly Bucket[]): number | null {
  const total = buckets.at(-1)?.count ?? 0
  if (!(total > 0)) return null
  const rank = share * total
  const index = buckets.findIndex(({ count }) => count >= rank)
  const { le, count } = buckets[index] as Bucket
  const below = buckets[index - 1] ?? { le: 0, count: 0 }
  if (le === Infinity) return below.le // beyond the last bound nothing is known
  if (count === below.count) return le
  return below.le + ((le - below.le) * (rank - below.count)) / (count - below.count)
}
