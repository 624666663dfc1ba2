import { type Labels, labelsKey } from '../../model/labels.ts'
import type { MeshSeries, Names, TargetLabels } from '../../model/mesh-series.ts'
import { zerosOf } from './osm-zeros.ts'
import { labelsText } from './text.ts'

export type Job = NonNullable<MeshSeries['job']>
export const jobs: readonly Job[] = ['kubernetes-pods', 'smi-metrics']

/** How lines end before their value: the same for all series that a job takes from one target. */
export interface Tail {
  readonly labels: Labels
  /** `instance="…",job="…"} `. */
  readonly text: string
}

const tails = new WeakMap<TargetLabels, Readonly<Record<Job, Tail>>>()

/** Worked out once per target's labels. A `job` that the target brings stands above the job's own name, as in Prometheus. */
export function tailsOf(targetLabels: TargetLabels): Readonly<Record<Job, Tail>> {
  const known = tails.get(targetLabels)
  if (known) return known
  const tail = (job: Job, own: Labels): Tail => {
    const given: Labels = { job, ...own }
    const labels = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
    return { labels, text: `${labelsText(labels)}} ` }
  }
  const made = {
    'kubernetes-pods': tail('kubernetes-pods', targetLabels.kubernetesPods),
    'smi-metrics': tail('smi-metrics', targetLabels.smiMetrics),
  }
  tails.set(targetLabels, made)
  return made
}

export interface ShownSeries {
  readonly name: string
  readonly labels: Labels
  /** See `MeshSeries.plus`. */
  readonly plus?: readonly number[]
}

/** Stands for the column of a series that the page lacks and that is 0. */
export const noColumn = -1

/** One family on one page: which columns, and how their lines begin. */
export interface FamilyHeads {
  readonly family: string
  readonly type: MeshSeries['type']
  /** In the page's order, then `noColumn` for each zero: the lines of one histogram stay together. */
  readonly columns: readonly number[]
  /** `heads[i]`, a target's tail and the value of `columns[i]` make a line. */
  readonly heads: readonly string[]
  /** `series[i]`: name and own labels as they are shown, to find series that two targets share; further columns that are shown added to it. */
  readonly series: readonly ShownSeries[]
}

export interface Heads {
  readonly families: readonly FamilyHeads[]
  /** Series left out because this page names another one alike. */
  readonly duplicates: number
}

interface Known {
  readonly labelNames: readonly string[]
  readonly byClash: Map<string, Heads>
}

const caches: Readonly<Record<Job, WeakMap<Names, Known>>> = { 'kubernetes-pods': new WeakMap(), 'smi-metrics': new WeakMap() }

/** How the lines of all pages begin that share these names and go through this job; worked out once, for all targets whose labels clash alike. */
export function headsOf(names: Names, job: Job, tail: Tail): Heads {
  const known = caches[job].get(names) ?? { labelNames: labelNamesOf(names, job), byClash: new Map<string, Heads>() }
  caches[job].set(names, known)
  const clashing = known.labelNames.filter((name) => Object.hasOwn(tail.labels, name))
  const key = clashing.join()
  const heads = known.byClash.get(key) ?? makeHeads(names, job, new Set(clashing))
  known.byClash.set(key, heads)
  return heads
}

/** What a job takes from these pages: first what they have, then the zeros that they lack. */
function* shownBy({ series }: Names, job: Job): Generator<readonly [column: number, entry: MeshSeries]> {
  for (const [column, entry] of series.entries()) if (entry?.job === job) yield [column, entry]
  for (const entry of zerosOf(series)) if (entry.job === job) yield [noColumn, entry]
}

const labelNamesOf = (names: Names, job: Job): readonly string[] => [
  ...new Set([...shownBy(names, job)].flatMap(([, { labels }]) => Object.keys(labels))),
]

function makeHeads(names: Names, job: Job, clashing: ReadonlySet<string>): Heads {
  const families = new Map<string, { type: MeshSeries['type']; columns: number[]; heads: string[]; series: ShownSeries[] }>()
  const seen = new Set<string>()
  let duplicates = 0
  for (const [column, entry] of shownBy(names, job)) {
    const labels = exported(entry.labels, clashing)
    const key = `${entry.name}{${labelsKey(labels)}`
    if (seen.has(key)) {
      if (column !== noColumn) duplicates++
      continue
    }
    seen.add(key)
    const family = familyOf(entry)
    const found = families.get(family) ?? { type: entry.type, columns: [], heads: [], series: [] }
    families.set(family, found)
    found.columns.push(column)
    const own = labelsText(labels)
    found.heads.push(`${entry.name}{${own}${own && ','}`)
    found.series.push({ name: entry.name, labels, ...(entry.plus && { plus: entry.plus }) })
  }
  return { families: [...families].map(([family, rest]) => ({ family, ...rest })), duplicates }
}

/**
 * Own labels that the target has too become `exported_…`, as in Prometheus with `honor_labels: false`: once more where that name is taken too. Absent
 * ones are left out.
 */
function exported(labels: Labels, clashing: ReadonlySet<string>): Labels {
  const shown = (name: string): string => {
    let free = name
    while (clashing.has(free) || (free !== name && Object.hasOwn(labels, free))) free = `exported_${free}`
    return free
  }
  return Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === '' ? [] : [[shown(name), value]])))
}

function familyOf({ name, type }: MeshSeries): string {
  return type === 'histogram' || type === 'summary' ? name.replace(/_(?:bucket|sum|count)$/, '') : name
}
