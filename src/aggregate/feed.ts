import type { Names, TargetLabels } from '../model/mesh-series.ts'
import type { Target } from '../model/target.ts'
import type { Cells, Route } from './cells.ts'
import { type Counted, withdrawGauges } from './count.ts'
import { Memory } from './memory.ts'
import { type Plan, planOf } from './plan.ts'
import { ProcessLife } from './process-life.ts'

/** One target's page as it comes to be counted. */
export interface Incoming {
  readonly target: Target
  readonly targetLabels: TargetLabels
  readonly names: Names
  /** `values[i]` belongs to `names.shape.series[i]`; only read during the call, may be longer than the shape. */
  readonly values: Float64Array
  /** The question that the page answers; see `Page.asked`. */
  readonly asked: string
  readonly timestampMs: number
}

/** What is kept of one target: its columns while its page keeps its shape, and what outlives a change of shape. */
export interface Feed extends Counted {
  readonly target: Target
  readonly targetLabels: TargetLabels
  readonly names: Names
  readonly plan: Plan
  readonly route: Route
  /** What the sidecar printed. */
  readonly values: Float64Array
  readonly memory: Memory
  readonly life: ProcessLife
  timestampMs: number
  /** Its gauges count: it answered lately. */
  fresh: boolean
}

/** A target's first page, or one that names other series than the last: done once per shape, so it may take its time. */
export function reshape(incoming: Incoming, known: Feed | undefined, cells: Cells, route: Route): Feed {
  const { target, targetLabels, names, asked, timestampMs } = incoming
  const plan = planOf(names)
  const memory = known?.memory ?? new Memory()
  const life = known?.life ?? new ProcessLife(target)
  if (known) {
    withdrawGauges(known, cells)
    memory.keep(known)
  }
  const width = names.series.length
  const last = new Float64Array(width)
  const totals = new Float64Array(width)
  for (const [g, group] of plan.groups.entries()) {
    const fromZero = life.countsFromZero(group, asked)
    for (let k = plan.starts[g] as number; k < (plan.starts[g + 1] as number); k++) {
      const column = plan.order[k] as number
      const remembered = memory.take(group, plan.keys[column] as string)
      // Known: goes on from where it was. New: from zero if it began under our eyes, else what it shows is the baseline.
      last[column] = remembered ? remembered.last : fromZero ? 0 : Number.NaN
      totals[column] = remembered ? remembered.total : 0
    }
  }
  return { target, targetLabels, names, plan, route, values: new Float64Array(width), last, totals, memory, life, timestampMs, fresh: true }
}
