/** A cumulative histogram: how many values were at most each bound; bounds ascend, the last one is unbounded. */
export interface Histogram {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
}

/**
 * The value below which a share of what was counted lies, linear within a bucket, as Prometheus' histogram_quantile does.
 *
 * @returns in the unit of the bounds; `null` when nothing was counted
 */
export function quantile(share: number, { bounds, counts }: Histogram): number | null {
  const total = counts.at(-1) ?? 0
  if (!(total > 0)) return null
  const rank = share * total
  let index = 0
  while ((counts[index] as number) < rank) index++ // a page's history asks for very many: a callback per bucket would be most of the work
  const [le, count] = [bounds[index] as number, counts[index] as number]
  const [from, below] = index > 0 ? [bounds[index - 1] as number, counts[index - 1] as number] : [0, 0]
  if (le === Infinity) return from // beyond the last bound nothing is known
  if (count === below) return le
  return from + ((le - from) * (rank - below)) / (count - below)
}
