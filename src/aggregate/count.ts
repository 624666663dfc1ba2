import type { Cells, Route } from './cells.ts'
import type { Plan } from './plan.ts'

/** One target's columns while they are counted. */
export interface Counted {
  readonly plan: Plan
  readonly route: Route
  /** What the page said last; `NaN` where it never said a number. Becomes what the new page says. */
  readonly last: Float64Array
  /** What happened since we watch, by column. */
  readonly totals: Float64Array
}

/** What counting one page found out. */
export interface Count {
  /** Groups that began anew, by index in `plan.groups`. */
  readonly restarted: readonly number[]
  /** Every group that had moved before fell: the process began anew, which nobody had said yet. */
  readonly allRestarted: boolean
  /** Values that were negative or no number: they say nothing and were left out. */
  readonly skipped: number
}

/** Adds what happened since the last page. A sum never falls. `restart` says that the whole process began anew. */
export function countPage(counted: Counted, values: Float64Array, cells: Cells, options: { readonly restart: boolean; readonly nowMs: number }): Count {
  const { starts, groups } = counted.plan
  const restarted: number[] = []
  let moved = 0
  let skipped = 0
  for (let g = 0; g < groups.length; g++) {
    const from = starts[g] as number
    const to = starts[g + 1] as number
    const range = { from, to }
    if (hadMoved(counted, range)) moved++
    const anew = options.restart || fell(counted, values, range)
    if (anew) restarted.push(g)
    skipped += countGroup(counted, values, cells, { ...range, anew, nowMs: options.nowMs })
  }
  return { restarted, allRestarted: !options.restart && restarted.length > 0 && restarted.length >= moved, skipped }
}

/** The positions of a group in `plan.order`, the end excluded. */
interface Range {
  readonly from: number
  readonly to: number
}

function fell({ plan, last }: Counted, values: Float64Array, { from, to }: Range): boolean {
  const { order, tells } = plan
  for (let k = from; k < to; k++) {
    const column = order[k] as number
    const now = values[column] as number
    if (now < (last[column] as number) && now >= 0 && tells[k] === 1) return true
  }
  return false
}

function hadMoved({ plan: { order }, last }: Counted, { from, to }: Range): boolean {
  for (let k = from; k < to; k++) if ((last[order[k] as number] as number) > 0) return true
  return false
}

interface Group extends Range {
  readonly anew: boolean
  readonly nowMs: number
}

/** The loop that runs for every sample: no objects, no names. */
function countGroup({ plan, route, last, totals }: Counted, values: Float64Array, cells: Cells, { from, to, anew, nowMs }: Group): number {
  const { order, scale } = plan
  const { sums, edgeOf, moved } = cells
  let skipped = 0
  for (let k = from; k < to; k++) {
    const column = order[k] as number
    const now = values[column] as number
    if (!(now >= 0 && now < Infinity)) {
      skipped++
      continue
    }
    const before = last[column] as number
    const delta = anew ? now : now - before
    if (anew || !(delta <= 0)) last[column] = now // NaN: the first number of a series that is not counted from zero is its baseline
    if (!(delta > 0)) continue
    totals[column] = (totals[column] as number) + delta
    const cell = route.cellOf[column] as number
    if (cell < 0) continue
    sums[cell] = (sums[cell] as number) + delta * (scale[column] as number)
    moved[edgeOf[cell] as number] = nowMs
  }
  return skipped
}

/** Replaces what this target last contributed to the gauges. */
export function measureGauges({ plan, route, last, totals }: Counted, values: Float64Array, cells: Cells): void {
  for (const column of plan.gauges) {
    const now = values[column] as number
    const cell = route.cellOf[column] as number
    if (cell >= 0 && Number.isFinite(now)) {
      const before = last[column] as number
      cells.sums[cell] = (cells.sums[cell] as number) + (now - (Number.isFinite(before) ? before : 0)) * (plan.scale[column] as number)
    }
    if (cell < 0 || Number.isFinite(now)) {
      last[column] = now
      totals[column] = now
    }
  }
}

/** Takes back what this target's gauges contributed: it left, went stale, or changed its shape. */
export function withdrawGauges({ plan, route, last }: Counted, cells: Cells): void {
  for (const column of plan.gauges) {
    const cell = route.cellOf[column] as number
    const before = last[column] as number
    if (cell >= 0 && Number.isFinite(before)) cells.sums[cell] = (cells.sums[cell] as number) - before * (plan.scale[column] as number)
    last[column] = 0
  }
}
