import { type Labels, labelsKey } from '../../src/model/labels.ts'
import type { Names, TargetLabels } from '../../src/model/mesh-series.ts'
import type { Series, SeriesType, Shape } from '../../src/model/series.ts'

const sampleLine = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})?\s+(?<value>\S+)(?:\s+-?\d+)?$/
const typeLine = /^# TYPE (?<family>\S+) (?<type>\w+)$/
const labelPair = /(?<name>\w+)="(?<value>(?:[^"\\]|\\.)*)"/g
const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }

/** Reads well-formed exposition text the simple way, so that tests need no parser of ours to judge what they see. */
export function shapeOf(text: string): { readonly shape: Shape; readonly values: Float64Array } {
  const types = new Map<string, string>()
  const series: Series[] = []
  const values: number[] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    const typed = typeLine.exec(line)?.groups
    if (typed) types.set(typed.family ?? '', typed.type ?? '')
    const sample = sampleLine.exec(line)?.groups
    if (!sample) continue
    const { name = '', value = '' } = sample
    series.push({ name, labels: labelsOf(sample.labels ?? ''), type: typeOf(name, types) })
    values.push(Number(value.replace('Inf', 'Infinity')))
  }
  return { shape: { series }, values: Float64Array.from(values) }
}

function labelsOf(text: string): Labels {
  const pairs = [...text.matchAll(labelPair)].map(({ groups }) => [groups?.name ?? '', unescaped(groups?.value ?? '')] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''))
}

const unescaped = (text: string): string => text.replace(/\\[n"\\]/g, (found) => escapes[found] ?? found)

function typeOf(name: string, types: ReadonlyMap<string, string>): SeriesType {
  return (types.get(name) ?? types.get(name.replace(/_(?:bucket|sum|count)$/, '')) ?? 'untyped') as SeriesType
}

/** `name{a="1",b="2"} 3`: labels in the order of their names. */
const lineOf = (name: string, labels: Labels, value: number): string => `${name}{${labelsKey(labels)}} ${value}`

/** What Prometheus has after scraping a target through OSM's jobs: one line per series that a job keeps, sorted. */
export function keptLines(names: Names, targetLabels: TargetLabels, values: Float64Array): string[] {
  const lines = names.series.flatMap((series, column) => {
    if (!series?.job) return []
    const target = { job: series.job, ...(series.job === 'kubernetes-pods' ? targetLabels.kubernetesPods : targetLabels.smiMetrics) }
    const own = Object.entries(series.labels).map(([name, value]) => [name in target ? `exported_${name}` : name, value])
    const columns = [column, ...(series.plus ?? [])]
    const value = columns.reduce((sum, each) => sum + (values[each] ?? Number.NaN), 0)
    return [lineOf(series.name, { ...target, ...Object.fromEntries(own) }, value)]
  })
  return lines.sort()
}

/** Series that no job keeps but counting asks for: own labels only, sorted. */
export function countedLines(names: Names, values: Float64Array): string[] {
  return names.series
    .flatMap((series, column) => (series && !series.job ? [lineOf(series.name, series.labels, values[column] ?? Number.NaN)] : []))
    .sort()
}
