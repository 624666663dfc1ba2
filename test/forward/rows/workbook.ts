import type { TableRow } from './row-table.ts'

/** What the OSM workbooks compute of a table. Source: microsoft/Application-Insights-Workbooks, Workbooks/AKS, OSM Destination Grid and OSM Destination Metrics. */

export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

const within = ({ fromMs, toMs }: Range, rows: readonly TableRow[]) =>
  rows.filter(({ timeGeneratedMs: time }) => time >= fromMs && time <= toMs)

/** `arg_max(TimeGenerated, Val) - arg_min(TimeGenerated, Val)`; what is negative is filtered away. */
function moved(rows: readonly TableRow[]): number {
  const [first, last] = [rows.reduce((a, b) => (b.timeGeneratedMs < a.timeGeneratedMs ? b : a)), newest(rows)]
  return Math.max(0, last.val - first.val)
}

const newest = (rows: readonly TableRow[]) => rows.reduce((a, b) => (b.timeGeneratedMs >= a.timeGeneratedMs ? b : a))

const add = (sums: Map<string, number>, key: string, by: number) => void sums.set(key, (sums.get(key) ?? 0) + by)

const route = ({ tags }: TableRow) => `${tags.namespace} ${tags.app} > ${tags.envoy_cluster_name}`

/** Per series, summed over the pods of a route. */
function perRoute(rows: readonly TableRow[], of: (rows: readonly TableRow[]) => number, further: (row: TableRow) => string = () => '') {
  const sums = new Map<string, number>()
  for (const series of Map.groupBy(rows, (row) => `${route(row)} ${row.tags.pod_name} ${further(row)}`).values()) {
    const [first] = series
    const sum = of(series)
    if (first && sum > 0) add(sums, `${route(first)} ${further(first)}`.trim(), sum)
  }
  return sums
}

/** Grid, requests by source: by class. */
export const requestsByClass = (table: readonly TableRow[], range: Range) =>
  perRoute(of(within(range, table), 'rq_xx'), moved, ({ tags }) => tags.envoy_response_code_class ?? '')

/** Grid, connections by source: any name that contains the word, as the workbook has it. */
export const connections = (table: readonly TableRow[], range: Range, name: string) =>
  perRoute(
    within(range, table).filter((row) => row.name.includes(name)),
    moved,
  )

export const activeConnections = (table: readonly TableRow[], range: Range) =>
  perRoute(of(within(range, table), 'cx_active'), (rows) => newest(rows).val)

/** Grid, requests by destination: the smallest bound that nine of ten requests stay within. */
export function p90(table: readonly TableRow[], range: Range): Map<string, string> {
  const rows = within(range, table)
  const totals = new Map<string, number>()
  for (const [key, sum] of requestsByClass(table, range)) add(totals, key.slice(0, -2), sum)
  const buckets = perRoute(of(rows, 'rq_time_bucket'), moved, ({ tags }) => tags.le ?? '')
  const found = new Map<string, string>()
  for (const [key, total] of totals) {
    const bounds = [...buckets]
      .filter(([bucket, count]) => bucket.startsWith(`${key} `) && count >= 0.9 * total)
      .map(([bucket]) => Number(bucket.slice(key.length + 1).replace('+Inf', 'Infinity')))
    found.set(key, String(Math.min(...bounds)))
  }
  return found
}

/** Metrics, error and success codes of one route: `Val - next(Val)` in the order of pod, code and falling time, where only the code of the next row is looked at. */
export function requestsByCode(table: readonly TableRow[], range: Range): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [key, rows] of Map.groupBy(of(within(range, table), 'rq'), route)) {
    const code = ({ tags }: TableRow) => tags.envoy_response_code ?? ''
    const order = (row: TableRow) => `${row.tags.pod_name} ${code(row)}`
    const ordered = rows.toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : b.timeGeneratedMs - a.timeGeneratedMs))
    for (const [i, row] of ordered.entries()) {
      const next = ordered[i + 1]
      if (next && code(next) === code(row) && row.val !== next.val) add(sums, `${key} ${code(row)}`, row.val - next.val)
    }
  }
  return sums
}

/** Drop-downs: who calls whom. */
export const callers = (table: readonly TableRow[], range: Range): ReadonlySet<string> =>
  new Set(of(within(range, table), 'cx_total').map(route))

/** Metrics, over time: what each series moved from row to row, summed over the pods of a route by bin and by what the word says of the row. */
function movedByBin(table: readonly TableRow[], { range, statistic, binMs, word }: Binned): Map<string, Map<string, number>> {
  const bins = new Map<string, Map<string, number>>()
  const rows = of(within(range, table), statistic)
  for (const series of Map.groupBy(rows, (row) => `${route(row)} ${row.tags.pod_name} ${word(row)}`).values()) {
    const ordered = series.toSorted((a, b) => a.timeGeneratedMs - b.timeGeneratedMs)
    for (const [i, row] of ordered.entries()) {
      const moved = row.val - (ordered[i - 1] ?? row).val
      const key = `${route(row)} ${Math.floor(row.timeGeneratedMs / binMs)}`
      if (moved <= 0) continue
      const bin = bins.get(key) ?? new Map<string, number>()
      add(bin, word(row), moved)
      bins.set(key, bin)
    }
  }
  return bins
}

interface Binned {
  readonly range: Range
  readonly statistic: string
  readonly binMs: number
  readonly word: (row: TableRow) => string
}

/** Metrics, latency over time: by bin, the smallest bounds that half, 95 and 99 of a hundred requests stay within. */
export function latencyOverTime(table: readonly TableRow[], range: Range, binMs: number): Map<string, string> {
  const bins = movedByBin(table, { range, statistic: 'rq_time_bucket', binMs, word: ({ tags }) => tags.le ?? '' })
  const found = [...bins].map(([key, buckets]) => {
    const all = Math.max(...buckets.values())
    const bounds = [0.5, 0.95, 0.99].map((part) =>
      Math.min(...[...buckets].filter(([, count]) => count >= part * all).map(([le]) => Number(le.replace('+Inf', 'Infinity')))),
    )
    return [key, bounds.join(' ')] as const
  })
  return new Map(found)
}

/** Metrics, success over time: by bin, how many of all requests were answered with a code of the class 2. */
export function successOverTime(table: readonly TableRow[], range: Range, binMs: number): Map<string, string> {
  const bins = movedByBin(table, { range, statistic: 'rq_xx', binMs, word: ({ tags }) => tags.envoy_response_code_class ?? '' })
  const sum = (counts: Iterable<number>) => [...counts].reduce((a, b) => a + b, 0)
  return new Map([...bins].map(([key, classes]) => [key, `${classes.get('2') ?? 0} of ${sum(classes.values())}`]))
}

const of = (rows: readonly TableRow[], statistic: string) => rows.filter(({ name }) => name === `envoy_cluster_upstream_${statistic}`)
