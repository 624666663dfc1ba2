import type { Sheet } from '../../model/sheet.ts'
import { offPageTotals, totalOf } from './counted.ts'
import { type RowColumn, rowColumnsOf } from './row-columns.ts'

/** What is added to the totals of a target's series, by their key. */
export type Offsets = ReadonlyMap<RowColumn['key'], number>

/** What a target has counted, also of series that have left its page. */
export const totalsOf = (sheet: Sheet): Offsets => summed([...onPageTotals(sheet), ...offPageTotals(sheet.memory, sheet.names)])

/**
 * What a target had counted when it was seen first: what a process counted while it was taken for the pod before at its address, which that one has written, or
 * what was kept of a target that was left out.
 */
export function totalsAtStart(sheet: Sheet, start?: ReadonlyMap<RowColumn['key'], number>): Offsets {
  const onPage = [...onPageTotals(sheet)].map(([key, total]) => [key, start?.get(key) ?? total] as const)
  return summed([...onPage, ...offPageTotals(sheet.memory, sheet.names)])
}

function* onPageTotals(sheet: Sheet): Generator<readonly [RowColumn['key'], total: number]> {
  for (const column of rowColumnsOf(sheet.names))
    if (!column.isGauge && column.columns.length > 0) yield [column.key, totalOf(sheet, column)]
}

export function summed(totals: Iterable<readonly [RowColumn['key'], total: number]>): Offsets {
  const sums = new Map<RowColumn['key'], number>()
  for (const [key, total] of totals) if (total !== 0) sums.set(key, total + (sums.get(key) ?? 0))
  return sums
}
