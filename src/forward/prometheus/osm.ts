import { labelsKey } from '../../model/labels.ts'
import type { MeshSeries } from '../../model/mesh-series.ts'
import { expositionContentType, type PulledPage } from '../../model/pulled-page.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { forwardMetrics } from '../telemetry.ts'
import { type FamilyHeads, headsOf, jobs, type Tail, tailsOf } from './osm-heads.ts'
import { helpOf } from './osm-help.ts'
import { headText, inChunks, type Turn, valueText } from './text.ts'

/** One sheet's lines of one family. */
interface Part {
  readonly sheet: Sheet
  readonly tail: Tail
  readonly heads: FamilyHeads
}

interface Family {
  readonly name: string
  readonly type: MeshSeries['type']
  readonly parts: Part[]
}

/**
 * `/metrics/osm`: what the sidecars printed, under the names and labels that OSM's own Prometheus jobs would have given it. Family by family over all
 * sheets; a sheet's lines of one family are of one scrape.
 *
 * @param sheets the sheets that are shown now; asked once per rendering
 */
export function osmPage(sheets: () => readonly Sheet[], options: { readonly telemetry: Telemetry; readonly turn?: Turn }): PulledPage {
  return {
    path: '/metrics/osm',
    contentType: expositionContentType,
    render: () => inChunks(blocks(sheets, options.telemetry), options.turn),
  }
}

function* blocks(sheets: () => readonly Sheet[], { metrics }: Telemetry): Generator<string> {
  const ordered = sheets().toSorted((a, b) => compare(a.target.id, b.target.id))
  const { families, repeated } = collect(ordered)
  const crowded = sharingInstance(ordered)
  let duplicates = repeated
  for (const { name, type, parts } of families) {
    yield headText(name, type, helpOf(name))
    const seen = new Set<string>()
    for (const part of parts) {
      if (!crowded.has(part.sheet)) {
        yield lines(part)
        continue
      }
      const fresh = unseen(part, seen)
      duplicates += part.heads.columns.length - fresh.columns.length
      yield lines({ ...part, heads: fresh })
    }
  }
  metrics.set(forwardMetrics.duplicateSeries, duplicates)
}

function collect(sheets: readonly Sheet[]): { readonly families: readonly Family[]; readonly repeated: number } {
  const families = new Map<string, Family>()
  let repeated = 0
  for (const sheet of sheets)
    for (const job of jobs) {
      const tail = tailsOf(sheet.targetLabels)[job]
      const heads = headsOf(sheet.names, job, tail)
      repeated += heads.duplicates
      for (const part of heads.families) {
        const family = families.get(part.family) ?? { name: part.family, type: part.type, parts: [] }
        families.set(part.family, family)
        family.parts.push({ sheet, tail, heads: part })
      }
    }
  return { families: [...families.values()].sort((a, b) => compare(a.name, b.name)), repeated }
}

function lines({ sheet: { values }, tail, heads }: Part): string {
  let text = ''
  for (let i = 0; i < heads.columns.length; i++) text += `${heads.heads[i]}${tail.text}${valueText(valueAt(values, heads, i))}\n`
  return text
}

function valueAt(values: Float64Array, { columns, series }: FamilyHeads, i: number): number {
  const value = values[columns[i] as number] as number
  const plus = series[i]?.plus
  return plus ? plus.reduce((sum, column) => sum + (values[column] as number), value) : value
}

/**
 * Sheets that can hold a series of another one, since their targets have the same `instance`: plain endpoints whose file gives it, or an address
 * that went from one pod to the next. Only these are compared series by series.
 */
function sharingInstance(sheets: readonly Sheet[]): ReadonlySet<Sheet> {
  const groups = Map.groupBy(sheets, ({ targetLabels }) => targetLabels.kubernetesPods.instance ?? '')
  return new Set([...groups.values()].filter((group) => group.length > 1).flat())
}

/** The part without the series that a sheet before has shown; adds the rest to `seen`. */
function unseen({ tail, heads }: Part, seen: Set<string>): FamilyHeads {
  const kept: number[] = []
  for (const [i, { name, labels }] of heads.series.entries()) {
    const key = `${name}{${labelsKey({ ...tail.labels, ...labels })}`
    if (!seen.has(key)) kept.push(i)
    seen.add(key)
  }
  const pick = <T>(list: readonly T[]) => kept.map((i) => list[i] as T)
  return { ...heads, columns: pick(heads.columns), heads: pick(heads.heads), series: pick(heads.series) }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
