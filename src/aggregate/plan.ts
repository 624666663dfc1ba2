import type { MeshSeries, Names } from '../model/mesh-series.ts'
import { seriesKey } from '../model/series.ts'
import { type Contribution, type Kpi, kpis } from './kpis.ts'

/** A column that feeds a KPI. */
export interface Feeding extends Contribution {
  readonly column: number
  readonly series: MeshSeries
  readonly kpi: Kpi
}

/**
 * How pages of one look are counted, whichever target they come from: worked out once per `Names`.
 *
 * Counters stand in groups, one per Envoy cluster, because they begin together: when one of a group falls, all of it began anew. A single
 * counter cannot tell: after a restart `503` may have outrun its old value already while `200` has not.
 */
export interface Plan {
  /** Counter columns, group by group: group `g` is `order[starts[g]]` to `order[starts[g + 1] - 1]`. */
  readonly order: Int32Array
  readonly starts: Int32Array
  readonly groups: readonly string[]
  /** By position in `order`: whether a fall says "restarted". A histogram's sum is a rounded number and says nothing. */
  readonly tells: Uint8Array
  /** By column: multiplies the value into its KPI's unit. */
  readonly scale: Float64Array
  readonly gauges: Int32Array
  readonly feedings: readonly Feeding[]
  readonly uptime: number | undefined
  readonly epoch: number | undefined
  /** By column: the series' identity on the page. */
  readonly keys: readonly string[]
  readonly keySet: ReadonlySet<string>
}

const plans = new WeakMap<Names, Plan>()

export function planOf(names: Names): Plan {
  const plan = plans.get(names) ?? makePlan(names)
  plans.set(names, plan)
  return plan
}

function makePlan({ series, shape }: Names): Plan {
  const feedings = withoutFinest(series.flatMap((entry, column) => (entry ? feeding(entry, column) : [])))
  const types = new Map<number, string>(feedings.map(({ column, kpi }) => [column, kpi.type]))
  // What feeds a KPI is counted as the KPI says, whatever the page calls it: a sum of counters must not be withdrawn like a gauge.
  const isCounter = (column: number) => /^(?:counter|histogram)$/.test(types.get(column) ?? series[column]?.type ?? '')
  const named = [...series.keys()].filter((column) => series[column] !== undefined)
  const counters = Map.groupBy(named.filter(isCounter), (column) => (series[column] as MeshSeries).group)
  const order = Int32Array.from([...counters.values()].flat())
  const starts = new Int32Array(counters.size + 1)
  let end = 0
  for (const [g, columns] of [...counters.values()].entries()) starts[g + 1] = end += columns.length
  const scale = new Float64Array(series.length).fill(1)
  for (const { column, scale: factor = 1 } of feedings) scale[column] = factor
  const keys = shape.series.map(seriesKey)
  return {
    order,
    starts,
    groups: [...counters.keys()],
    tells: Uint8Array.from(order, (column) => (isHistogramSum(series[column] as MeshSeries) ? 0 : 1)),
    scale,
    gauges: Int32Array.from(named.filter((column) => !isCounter(column))),
    feedings,
    uptime: find(series, 'envoy_server_uptime'),
    epoch: find(series, 'envoy_server_hot_restart_epoch'),
    keys,
    keySet: new Set(keys),
  }
}

function feeding(series: MeshSeries, column: number): Feeding[] {
  for (const kpi of kpis) {
    if (kpi.of === 'cluster' && !series.cluster) continue
    const contribution = kpi.takes(series)
    if (contribution) return [{ column, series, kpi, ...contribution }]
  }
  return []
}

/** More bounds than Envoy's own 19 or any that people set: without this a hostile page could make as many sums as it has lines. */
const boundsLimit = 128

/** Leaves out the buckets of histograms that have too many; their sums and counts stay. */
function withoutFinest(feedings: readonly Feeding[]): Feeding[] {
  const histogramOf = ({ series, kpi }: Feeding) => `${kpi.name} ${series.group}`
  const buckets = Map.groupBy(
    feedings.filter(({ part }) => part === 'bucket'),
    histogramOf,
  )
  return feedings.filter((one) => one.part !== 'bucket' || (buckets.get(histogramOf(one))?.length ?? 0) <= boundsLimit)
}

const isHistogramSum = ({ name }: MeshSeries): boolean => name.endsWith('_sum')

function find(series: Names['series'], name: string): number | undefined {
  const column = series.findIndex((entry) => entry?.name === name)
  return column < 0 ? undefined : column
}
