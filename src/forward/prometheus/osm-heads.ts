import { type Labels, labelsKey } from '../../model/labels.ts'
import type { MeshSeries, Names, TargetLabels } from '../../model/mesh-series.ts'
import { zerosOf } from './osm-zeros.ts'
import { flat, labelsText } from './text.ts'

export type Job = NonNullable<MeshSeries['job']>
export const jobs: readonly Job[] = ['kubernetes-pods', 'smi-metrics']

/** How lines end before their value: the same for all series that a job takes from one target. */
export interface Tail {
  readonly labels: Labels
  /** `instance="…",job="…"} `. */
  readonly text: string
  /** Labels whose name is taken for what another label's was exported to. */
  readonly exported: readonly string[]
}

const tails = new WeakMap<TargetLabels, Readonly<Record<Job, Tail>>>()

/** Worked out once per target's labels. A `job` that the target brings stands above the job's own name, as in Prometheus. */
export function tailsOf(targetLabels: TargetLabels): Readonly<Record<Job, Tail>> {
  const known = tails.get(targetLabels)
  if (known) return known
  const tail = (job: Job, own: Labels): Tail => {
    const given: Labels = { job, ...own }
    const labels = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
    return { labels, text: flat([labelsText(labels), '} ']), exported: Object.keys(labels).filter((name) => name.startsWith('exported_')) }
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
  readonly type: MeshSeries['type']
  /** In the page's order, then `noColumn` for each zero: the lines of one histogram stay together. */
  readonly columns: readonly number[]
  /** `heads[i]`, a target's tail and the value of `columns[i]` make a line. */
  readonly heads: readonly string[]
  /** `series[i]`: name and own labels as they are shown, to find series that two targets share; further columns that are shown added to it. */
  readonly series: readonly ShownSeries[]
  /** Series left out because this page names another one alike. */
  readonly duplicates: number
}

/** What a job takes of one family from all pages that share these names. */
export class PageFamily {
  readonly type: MeshSeries['type']
  readonly #entries: (readonly [column: number, entry: MeshSeries])[] = []
  readonly #byClash = new Map<string, FamilyHeads>()
  #labelNames: readonly string[] | undefined

  constructor(type: MeshSeries['type']) {
    this.type = type
  }

  add(column: number, entry: MeshSeries): void {
    this.#entries.push([column, entry])
  }

  /** How the lines begin; worked out when they are first shown, for all targets whose labels clash alike. */
  heads(tail: Tail): FamilyHeads {
    this.#labelNames ??= [...new Set(this.#entries.flatMap(([, { labels }]) => Object.keys(labels)))]
    const clashing = [...this.#labelNames.filter((name) => Object.hasOwn(tail.labels, name)), ...tail.exported]
    const key = clashing.join()
    const heads = this.#byClash.get(key) ?? makeHeads(this.type, this.#entries, new Set(clashing))
    this.#byClash.set(key, heads)
    return heads
  }
}

const caches: Readonly<Record<Job, WeakMap<Names, ReadonlyMap<string, PageFamily>>>> = {
  'kubernetes-pods': new WeakMap(),
  'smi-metrics': new WeakMap(),
}

/** By name, what a job takes from the pages that share these names. */
export function familiesOf(names: Names, job: Job): ReadonlyMap<string, PageFamily> {
  const families = caches[job].get(names) ?? makeFamilies(names, job)
  caches[job].set(names, families)
  return families
}

/** What a job takes from these pages: first what they have, then the zeros that they lack. */
function* shownBy({ series }: Names, job: Job): Generator<readonly [column: number, entry: MeshSeries]> {
  for (const [column, entry] of series.entries()) if (entry?.job === job) yield [column, entry]
  for (const entry of zerosOf(series)) if (entry.job === job) yield [noColumn, entry]
}

/** One name stands in one family, also where a page gives it two types: so what is twice is found within a family. */
function makeFamilies(names: Names, job: Job): ReadonlyMap<string, PageFamily> {
  const families = new Map<string, PageFamily>()
  const byName = new Map<string, PageFamily>()
  for (const [column, entry] of shownBy(names, job)) {
    const family = byName.get(entry.name) ?? families.get(familyOf(entry)) ?? new PageFamily(entry.type)
    if (!byName.has(entry.name)) families.set(familyOf(entry), family)
    byName.set(entry.name, family)
    family.add(column, entry)
  }
  return families
}

function makeHeads(
  type: MeshSeries['type'],
  entries: Iterable<readonly [column: number, entry: MeshSeries]>,
  clashing: ReadonlySet<string>,
): FamilyHeads {
  const made = { type, columns: [] as number[], heads: [] as string[], series: [] as ShownSeries[], duplicates: 0 }
  const seen = new Set<string>()
  for (const [column, { name, labels: own, plus }] of entries) {
    const labels = exported(own, clashing)
    const key = `${name}{${labelsKey(labels)}`
    if (seen.has(key)) {
      if (column !== noColumn) made.duplicates++
      continue
    }
    seen.add(key)
    made.columns.push(column)
    const text = labelsText(labels)
    made.heads.push(flat([name, '{', text, text && ',']))
    made.series.push({ name, labels, ...(plus && { plus }) })
  }
  return made
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
