import type { NodeSample } from '../../model/container-use.ts'
import { labelsKey } from '../../model/labels.ts'
import type { MeshSeries } from '../../model/mesh-series.ts'
import { expositionContentType, type PulledPage } from '../../model/pulled-page.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { forwardMetrics } from '../telemetry.ts'
import { containerBlocks } from './containers.ts'
import {
  familiesOf,
  type FamilyHeads,
  type Job,
  jobs,
  noColumn,
  type PageFamily,
  type ShownSeries,
  type Tail,
  tailsOf,
} from './osm-heads.ts'
import { helpOf } from './osm-help.ts'
import { headText, inChunks, type Turn, valueText } from './text.ts'

/** What one sheet has of one family. */
interface Member {
  readonly sheet: Sheet
  readonly job: Job
  readonly family: PageFamily
}

/** The lines of it. */
interface Part {
  readonly sheet: Sheet
  readonly tail: Tail
  readonly heads: FamilyHeads
}

interface Family {
  readonly name: string
  readonly type: MeshSeries['type']
  readonly members: Member[]
}

/**
 * `/metrics/osm`: what the sidecars printed, under the names and labels that OSM's own Prometheus jobs would have given it. Family by family over all
 * sheets; a sheet's lines of one family are of one scrape.
 *
 * What grows carries the time at which its sidecar was read, so that rates are those of the sidecar, whenever and how often this page is read. Gauges
 * carry none: whoever reads them ends them as soon as they are gone from here, which Prometheus does with times only where it is told to.
 *
 * @param sheets the sheets that are shown now; asked once per rendering
 */
export function osmPage(sheets: () => readonly Sheet[], options: OsmPageOptions): PulledPage {
  return {
    path: '/metrics/osm',
    contentType: expositionContentType,
    render: () => inChunks(blocks(sheets, options), options.turn),
  }
}

export interface OsmPageOptions {
  readonly telemetry: Telemetry
  readonly turn?: Turn
  /** What nodes say of the containers of those who are scraped; asked once per rendering. */
  readonly containers?: () => readonly NodeSample[]
}

function* blocks(sheets: () => readonly Sheet[], { telemetry: { metrics }, containers = () => [] }: OsmPageOptions): Generator<string> {
  yield* containerBlocks(containers())
  const ordered = sheets().toSorted((a, b) => compare(a.target.id, b.target.id))
  const crowded = sharingInstance(ordered)
  const families = yield* collect(ordered)
  let duplicates = 0
  for (const { name, type, members } of families) {
    yield headText(name, type, helpOf(name))
    const seen = new Set<string>()
    const real = yield* realKeys(members.filter(({ sheet }) => crowded.has(sheet)))
    for (const member of members) {
      const part = partOf(member)
      duplicates += part.heads.duplicates
      if (!crowded.has(part.sheet)) {
        yield lines(part)
        continue
      }
      const { fresh, repeats } = unseen(part, { seen, real })
      duplicates += repeats
      yield lines({ ...part, heads: fresh })
    }
  }
  metrics.set(forwardMetrics.duplicateSeries, duplicates)
}

/** The families of all sheets by name; how their lines begin is not worked out yet, so that the first are sent soon. Yields empty blocks. */
function* collect(sheets: readonly Sheet[]): Generator<string, readonly Family[]> {
  const families = new Map<string, Family>()
  for (const sheet of sheets) {
    for (const job of jobs)
      for (const [name, family] of familiesOf(sheet.names, job)) {
        const all = families.get(name) ?? { name, type: family.type, members: [] }
        families.set(name, all)
        all.members.push({ sheet, job, family })
      }
    yield ''
  }
  return [...families.values()].sort((a, b) => compare(a.name, b.name))
}

function partOf({ sheet, job, family }: Member): Part {
  const tail = tailsOf(sheet.targetLabels)[job]
  return { sheet, tail, heads: family.heads(tail) }
}

function lines({ sheet: { values, timestampMs }, tail, heads }: Part): string {
  const end = heads.type === 'gauge' ? '\n' : ` ${timestampMs}\n`
  let text = ''
  for (let i = 0; i < heads.columns.length; i++) text += `${heads.heads[i]}${tail.text}${valueText(valueAt(values, heads, i))}${end}`
  return text
}

function valueAt(values: Float64Array, { columns, series }: FamilyHeads, i: number): number {
  const column = columns[i] as number
  if (column === noColumn) return 0
  const value = values[column] as number
  const plus = series[i]?.plus
  return plus ? plus.reduce((sum, each) => sum + (values[each] as number), value) : value
}

/**
 * Sheets that can hold a series of another one, since their targets have the same `instance`: plain endpoints whose file gives it, or an address
 * that went from one pod to the next. Only these are compared series by series.
 */
function sharingInstance(sheets: readonly Sheet[]): ReadonlySet<Sheet> {
  const groups = Map.groupBy(sheets, ({ targetLabels }) => targetLabels.kubernetesPods.instance ?? '')
  return new Set([...groups.values()].filter((group) => group.length > 1).flat())
}

/** The part without the series that a sheet before has shown, and without zeros that another sheet has a value for; adds the rest to `seen`. */
function unseen(part: Part, { seen, real }: { readonly seen: Set<string>; readonly real: ReadonlySet<string> }) {
  const { heads } = part
  const kept: number[] = []
  let repeats = 0
  for (const [i, series] of heads.series.entries()) {
    const isZero = heads.columns[i] === noColumn
    const key = keyOf(part, series)
    if (isZero && real.has(key)) continue
    if (!seen.has(key)) kept.push(i)
    else if (!isZero) repeats++
    seen.add(key)
  }
  const pick = <T>(list: readonly T[]) => kept.map((i) => list[i] as T)
  const fresh = { ...heads, columns: pick(heads.columns), heads: pick(heads.heads), series: pick(heads.series) }
  return { fresh, repeats }
}

const keyOf = ({ tail }: Part, { name, labels }: ShownSeries): string => `${name}{${labelsKey({ ...tail.labels, ...labels })}`

/** What the members have a value for. Yields empty blocks. */
function* realKeys(members: readonly Member[]): Generator<string, ReadonlySet<string>> {
  const keys = new Set<string>()
  for (const member of members) {
    const part = partOf(member)
    for (const [i, series] of part.heads.series.entries()) if (part.heads.columns[i] !== noColumn) keys.add(keyOf(part, series))
    yield ''
  }
  return keys
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
