import type { Names, TargetLabels } from './mesh-series.ts'
import type { Target } from './target.ts'

/** What was counted of series that are not on the page now, under the page's own names (`seriesKey`): they go on from there if they come back. */
export interface OffPage {
  /** 0 for a series that never was. */
  total(group: string, key: string): number
  totals(): Iterable<readonly [key: string, total: number]>
}

/** A target of the run before that has not answered yet. */
export interface PastTarget {
  /** What was counted, of all series. */
  readonly memory: OffPage
  /** Which counters its last page had, under the page's own names; absent where that is not known. */
  readonly onPage?: ReadonlySet<string>
}

/**
 * One complete scrape of one target, as columns: `values[i]` belongs to `names.shape.series[i]`. A scrape that was cut, malformed or too
 * large never becomes a sheet.
 *
 * The columns belong to the aggregator and are overwritten by the target's next scrape: who needs them longer copies them.
 */
export interface Sheet {
  readonly target: Target
  readonly targetLabels: TargetLabels
  readonly names: Names
  /** The schedule's time in milliseconds since the epoch; strictly increasing per target. */
  readonly timestampMs: number
  /** What the sidecar printed. */
  readonly values: Float64Array
  /** The same columns, counters reset-adjusted: what happened since we watch, never falling. Gauges as printed. */
  readonly totals: Float64Array
  readonly memory: OffPage
}

/** Series that were not on a target's page before. */
export interface Birth {
  readonly sheet: Sheet
  /** By column of the page, what their total was before: more than 0 for one that comes back. */
  readonly totals: ReadonlyMap<number, number>
  /** Of the page that showed them first. */
  readonly timestampMs: number
}
