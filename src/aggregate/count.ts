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

/** The whole process began anew since the last page. */
export interface Restart {
  /** Groups that had told so by their counters before and are not to begin once more. */
  readonly except: ReadonlySet<string>
}

/** How a page is counted. */
interface Counting {
  readonly restart: Restart | undefined
  /** Monotonic. */
  readonly nowMs: number
}

/** What counting one page found out. */
export interface Count {
  /** Groups that began anew. */
  readonly restarted: readonly string[]
  /** Every group that had moved before fell: the process began anew, which nobody had said yet. */
  readonly allRestarted: boolean
  /** Values that were negative or no number: they say nothing and were left out. */
  readonly skipped: number
}

/** Adds what happened since the last page. A sum never falls. */
export function countPage(counted: Counted, values: Float64Array, cells: Cells, { restart, nowMs }: Counting): Count {
  const { starts, groups } = counted.plan
  const restarted: string[] = []
  let moved = 0
  let skipped = 0
  for (let g = 0; g < groups.length; g++) {
    const from = starts[g] as number
    const to = starts[g + 1] as number
    const range = { from, to }
    if (hadMoved(counted, range)) moved++
    const group = groups[g] as string
    const isTold = restart !== undefined && !restart.except.has(group)
    const anew = isTold || fell(counted, values, range)
    if (anew) restarted.push(group)
    skipped += countGroup(counted, values, cells, { ...range, anew, nowMs })
  }
  return { restarted, allRestarted: !restart && restarted.length > 0 && restarted.length >= moved, skipped }
}

/** The positions of a group in `plan.order`, the end excluded. */
interface Range {
  readonly from: number
  readonly to: number
}

/** Whether any counter of a page is less than before. */
export const hasFallen = (counted: Counted, values: Float64Array): boolean =>
  fell(counted, values, { from: 0, to: counted.plan.order.length })

function fell({ plan, last }: Counted, values: Float64Array, { from, to }: Range): boolean {
  const { order, tells } = plan
  for (let k = from; k < to; k++) {
    const column = order[k] as number
    if (isFall(values[column] as number, last[column] as number) && tells[k] === 1) return true
  }
  return false
}

/** A negative value says nothing; `NaN` is less than none. */
export const isFall = (now: number, before: number): boolean => now < before && now >= 0

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
    if (!isNumber(now)) {
      skipped++
      if (anew) last[column] = 0 // the old value is past: the next number would look like one more fall
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

/** Envoy counts in 64 bits. Whatever is larger, negative or no number says nothing, and could make a sum infinite. */
const largest = 2 ** 64
const isNumber = (value: number): boolean => value >= 0 && value <= largest

/**
 * Replaces what this target last contributed to the gauges. An edge with an open connection is in use.
 *
 * @returns how many values were skipped; of those the last contribution stays
 */
export function measureGauges({ plan, route, last, totals }: Counted, values: Float64Array, cells: Cells, nowMs: number): number {
  let skipped = 0
  for (const column of plan.gauges) {
    const now = values[column] as number
    const cell = route.cellOf[column] as number
    if (cell >= 0 && !isNumber(now)) {
      skipped++
      continue
    }
    if (cell >= 0) cells.sums[cell] = (cells.sums[cell] as number) + (now - (last[column] as number)) * (plan.scale[column] as number)
    if (cell >= 0 && now > 0) cells.moved[cells.edgeOf[cell] as number] = nowMs
    last[column] = now
    totals[column] = now
  }
  return skipped
}

/** Takes back what this target's gauges contributed: it left, went stale, or changed its shape. */
export function withdrawGauges({ plan, route, last }: Counted, cells: Cells): void {
  for (const column of plan.gauges) {
    const cell = route.cellOf[column] as number
    if (cell >= 0) cells.sums[cell] = (cells.sums[cell] as number) - (last[column] as number) * (plan.scale[column] as number)
    last[column] = 0
  }
}
