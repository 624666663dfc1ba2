import type { Names, TargetLabels } from './mesh-series.ts'
import type { Target } from './target.ts'

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
}
