import { labelsKey, type Labels } from '../../model/labels.ts'
import type { MeshSeries, Names } from '../../model/mesh-series.ts'
import { isCalled } from '../prometheus/osm-zeros.ts'
import { boundText } from './bound.ts'

/**
 * The names that Azure's agent collects of a mesh. Source: microsoft/Docker-Provider, build/linux/installer/scripts/tomlparser-osm-config.rb, without
 * `rq_total`, which no query of the workbook asks for.
 */
const rowNames: ReadonlySet<string> = new Set(
  ['cx_total', 'cx_connect_fail', 'cx_active', 'cx_rx_bytes_total', 'cx_tx_bytes_total', 'rq', 'rq_xx', 'rq_time_bucket'].map(
    (statistic) => `envoy_cluster_upstream_${statistic}`,
  ),
)

/** Codes and classes that are written as 0 until they are counted: with one of each alone the workbook mixes up pods. */
const always = [
  ['envoy_cluster_upstream_rq_xx', 'envoy_response_code_class', ['2', '5']],
  ['envoy_cluster_upstream_rq', 'envoy_response_code', ['200', '503']],
] as const

/** One series of a page as rows have it. */
export interface RowColumn {
  readonly name: string
  /** Its own tags: `envoy_cluster_name`, then a code, a class or `le`. */
  readonly labels: Labels
  /** Equal text, equal series of one target. */
  readonly key: string
  /** Columns of the page whose sum it is; none for a zero. */
  readonly columns: readonly number[]
  readonly isGauge: boolean
  /** What begins anew together with it. */
  readonly group: string
}

const known = new WeakMap<Names, readonly RowColumn[]>()

/** What rows are written of pages with these names, in the page's order, then the zeros; worked out once per names. */
export function rowColumnsOf(names: Names): readonly RowColumn[] {
  const columns = known.get(names) ?? makeColumns(names)
  known.set(names, columns)
  return columns
}

/** The key of what a page calls so; `undefined` where no rows are made of it. Pipy says `sidecar_`, and `2.04` for the class `2`. */
export function rowKeyOf(seriesKey: string): string | undefined {
  const key = seriesKey.startsWith('sidecar_')
    ? seriesKey.replace(/(?<=^|[{,])sidecar_/g, 'envoy_').replace(/(?<=_code_class="\d)\.\d+/, '')
    : seriesKey
  if (!rowNames.has(key.slice(0, key.indexOf('{')))) return undefined
  return key.replace(/\ble="([^"]*)"/, (_, le: string) => `le="${boundText(le)}"`)
}

/** The series of a key, where no page shows it. */
export function absentColumn(key: RowColumn['key']): RowColumn {
  const name = key.slice(0, key.indexOf('{'))
  const labels = [...key.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)].map(([, label = '', text = '""']) => [label, JSON.parse(text) as string])
  return { name, labels: Object.fromEntries(labels) as Labels, key, columns: [], isGauge: name.endsWith('_active'), group: '' }
}

/** The zeros that stand beside a series: of its connection, the codes or classes that are always written. */
export function zerosBeside(key: RowColumn['key']): RowColumn['key'][] {
  const { name, labels } = absentColumn(key)
  const { envoy_cluster_name: cluster = '' } = labels
  const told = always.filter(([statistic]) => statistic === name)
  return told.flatMap(([, label, codes]) => codes.map((code) => `${name}{${labelsKey({ envoy_cluster_name: cluster, [label]: code })}}`))
}

function makeColumns({ series }: Names): readonly RowColumn[] {
  const added = new Set(series.flatMap((entry) => entry?.plus ?? []))
  const columns = new Map<string, RowColumn>()
  const put = (entry: MeshSeries, from: readonly number[]) => {
    const made = rowColumn(entry, from)
    if (!columns.has(made.key)) columns.set(made.key, made)
  }
  for (const [column, entry] of series.entries())
    if (entry && rowNames.has(entry.name) && entry.labels.envoy_cluster_name && !added.has(column))
      put(entry, [column, ...(entry.plus ?? [])])
  // A sidecar that tells only classes has no zeros of codes either.
  const told = always.filter(([name]) => name.endsWith('_xx') || !series.some((entry) => entry?.codeIsClass))
  for (const entry of series) for (const zero of entry ? zerosOf(entry, told) : []) put(zero, [])
  return [...columns.values()]
}

function rowColumn({ name, labels, type, group }: MeshSeries, columns: readonly number[]): RowColumn {
  const { envoy_cluster_name: cluster = '', envoy_response_code: code, envoy_response_code_class: codeClass, le } = labels
  const own = {
    envoy_cluster_name: cluster,
    ...(code !== undefined && { envoy_response_code: code }),
    ...(codeClass !== undefined && { envoy_response_code_class: codeClass }),
    ...(le !== undefined && { le: boundText(le) }),
  }
  return { name, labels: own, key: `${name}{${labelsKey(own)}}`, columns, isGauge: type === 'gauge', group }
}

/** Of each cluster that can be called, before its first request too. */
function zerosOf(entry: MeshSeries, told: readonly (typeof always)[number][]): MeshSeries[] {
  if (entry.name !== 'envoy_cluster_upstream_rq_total' || !isCalled(entry)) return []
  return told.flatMap(([name, label, codes]) =>
    codes.map((code): MeshSeries => ({
      ...entry,
      name,
      labels: { envoy_cluster_name: entry.labels.envoy_cluster_name ?? '', [label]: code },
    })),
  )
}
