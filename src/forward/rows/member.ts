import type { Names } from '../../model/mesh-series.ts'
import type { OffPage, Sheet } from '../../model/sheet.ts'
import { offPageTotals } from './counted.ts'
import { rowColumnsOf } from './row-columns.ts'
import type { Slot, Slots } from './slots.ts'

/** A pod of a workload. */
export interface Member {
  /** Absent for one of the run before that has not answered yet. */
  readonly sheet?: Sheet
  /** Its page is new enough for what it says of now. */
  readonly isShown: boolean
  /** What was counted beyond the page. */
  readonly away: readonly (readonly [Slot, total: number])[]
  /** What series stood at that are new since the last round. */
  readonly begun: Map<Slot, number>
}

/** What a member has counted beyond its page; all of it, where there is no page. */
export const awayOf = (memory: OffPage, slots: Slots, names?: Names): Member['away'] =>
  [...offPageTotals(memory, names)].map(([key, total]) => [slots.of(key), total])

/** What a member's counters stand at. Of a series that is written as zero, what it may have counted is beyond the page. */
export function eachTotal({ sheet, away }: Member, slots: Slots, each: (slot: Slot, total: number) => void): void {
  for (const [slot, total] of away) each(slot, total)
  if (!sheet) return
  const its = slots.in(sheet.names)
  for (const [i, { isGauge, columns }] of rowColumnsOf(sheet.names).entries())
    if (!isGauge) for (const column of columns) each(its[i] as Slot, sheet.totals[column] as number)
}

/** Which series a member shows, and what it says of now, where they are gauges. */
export function eachShown({ sheet }: Member, slots: Slots, each: (slot: Slot, gauge: number) => void): void {
  if (!sheet) return
  const its = slots.in(sheet.names)
  for (const [i, { isGauge, columns }] of rowColumnsOf(sheet.names).entries())
    each(its[i] as Slot, isGauge ? columns.reduce((sum, column) => sum + (sheet.totals[column] as number), 0) : 0)
}
