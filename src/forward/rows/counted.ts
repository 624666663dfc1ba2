import type { Names } from '../../model/mesh-series.ts'
import type { Birth, OffPage, PastTarget, Sheet } from '../../model/sheet.ts'
import { seriesKey } from '../../model/series.ts'
import type { Target } from '../../model/target.ts'
import { type RowColumn, rowColumnsOf, rowKeyOf, zerosBeside } from './row-columns.ts'

/** What happened since the target is watched. A series that is written as zero may have counted before it left the page. */
export function totalOf({ totals, memory }: Sheet, { columns, group, key }: RowColumn): number {
  if (columns.length === 0) return memory.total(group, key)
  let sum = 0
  for (const column of columns) sum += totals[column] as number
  return sum
}

const pageKeys = new WeakMap<Names, ReadonlySet<string>>()

function pageKeysOf(names: Names): ReadonlySet<string> {
  const keys = pageKeys.get(names) ?? new Set(names.shape.series.map(seriesKey))
  pageKeys.set(names, keys)
  return keys
}

/** What was counted of series that are not on the page; of a target of the run before, which has no page, of all of them. Several can have one key. */
export function* offPageTotals(memory: OffPage, names?: Names): Generator<readonly [key: RowColumn['key'], total: number]> {
  const onPage = names && pageKeysOf(names)
  for (const [pageKey, total] of memory.totals()) {
    const key = total > 0 && !onPage?.has(pageKey) ? rowKeyOf(pageKey) : undefined
    if (key !== undefined) yield [key, total]
  }
}

/**
 * What the last rows of a target say that went while no collector ran: each of its series where it ended, zeros too, since the workbook mixes up pods without
 * them; and that nothing of it is open any more.
 */
export function lastOf({ memory, onPage }: PastTarget, offsets: Totals): Totals {
  const [shown, away] = [new Map<RowColumn['key'], number>(), new Map<RowColumn['key'], number>()]
  for (const [pageKey, total] of memory.totals()) {
    const key = rowKeyOf(pageKey)
    const where = onPage?.has(pageKey) ? shown : away
    if (key !== undefined) where.set(key, total + (where.get(key) ?? 0))
  }
  for (const key of shown.keys()) for (const zero of zerosBeside(key)) if (!shown.has(zero)) shown.set(zero, away.get(zero) ?? 0)
  const last = new Map([...shown].map(([key, total]) => [key, total + (offsets.get(key) ?? 0)]))
  for (const key of shown.keys())
    if (key.startsWith(`${openedName}{`)) last.set(key.replace(openedName, 'envoy_cluster_upstream_cx_active'), 0)
  return last
}

type Totals = ReadonlyMap<RowColumn['key'], number>

const openedName = 'envoy_cluster_upstream_cx_total'

/** Counters that are new, and what each stood at before. One that is the sum of several columns is new when all of them are. */
export function bornOf({ sheet, totals }: Birth): (readonly [RowColumn, before: number])[] {
  const fresh = rowColumnsOf(sheet.names).filter(
    ({ isGauge, columns }) => !isGauge && columns.length > 0 && columns.every((column) => totals.has(column)),
  )
  return fresh.map((row) => [row, row.columns.reduce((sum, column) => sum + (totals.get(column) ?? 0), 0)])
}

/** Of a target's series that are new, what they stood at when they came; `undefined` where nothing is new. */
export type Starts = (id: Target['id']) => ReadonlyMap<RowColumn['key'], number> | undefined

/** Worked out for those that it is asked of. */
export function startsOf(born: readonly Birth[]): Starts {
  const births = Map.groupBy(born, ({ sheet }) => sheet.target.id)
  const known = new Map<Target['id'], ReadonlyMap<RowColumn['key'], number>>()
  return (id) => {
    const its = births.get(id)
    const starts = known.get(id) ?? (its && firstOf(its.flatMap(bornOf)))
    if (starts) known.set(id, starts)
    return starts
  }
}

function firstOf(rows: readonly (readonly [RowColumn, before: number])[]): ReadonlyMap<RowColumn['key'], number> {
  const vals = new Map<RowColumn['key'], number>()
  for (const [{ key }, val] of rows) if (!vals.has(key)) vals.set(key, val)
  return vals
}
