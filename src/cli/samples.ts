import { type DialectName, dialects } from '../model/dialect.ts'
import type { Labels } from '../model/labels.ts'
import { type Wanted, wantedOfControlPlane, wantedOfSidecar } from '../model/wanted.ts'
import type { Sample } from '../parse/exposition.ts'
import { type Column, tableLines } from './table.ts'
import type { Look } from './terminal.ts'

/** How the collector would read a page. */
export interface Reader extends Pick<Wanted, 'takes'> {
  /** Whose page it is: `an osm sidecar`. */
  readonly of: string
}

const readers: readonly Reader[] = (Object.keys(dialects) as DialectName[]).flatMap((name) => [
  { of: `an ${name} sidecar`, takes: wantedOfSidecar(name, { requestStats: true }).takes },
  { of: `an ${name} control plane`, takes: wantedOfControlPlane(name).takes },
])

/** The reader that finds most in these samples: a page does not say whose it is. */
export function readerOf(samples: readonly Sample[]): Reader {
  const found = readers.map((reader) => ({ reader, count: samples.filter(({ name }) => reader.takes(name)).length }))
  const best = found.reduce((most, each) => (each.count > most.count ? each : most))
  return best.count > 0 ? best.reader : { of: 'no mesh that it knows', takes: () => false }
}

const columns: readonly Column<Sample>[] = [
  { head: 'NAME', text: ({ name }) => name, atLeast: 20 },
  { head: 'LABELS', text: ({ labels }) => labelsText(labels), atLeast: 20 },
  { head: 'VALUE', align: 'right', text: ({ value }) => numberText(value) },
]

export function sampleTable(samples: readonly Sample[], look: Look): string[] {
  return tableLines(columns, samples, look)
}

/** Samples as a JSON list. Values that JSON has no number for are the texts that the page has for them. */
export function jsonText(samples: readonly Sample[]): string {
  const replaced = (_: string, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? numberText(value) : value)
  return `${JSON.stringify(samples, replaced, 2)}\n`
}

/** Samples in the Prometheus text format 0.0.4, families together, each under one TYPE line. */
export function expositionText(samples: readonly Sample[]): string {
  const families = Map.groupBy(samples, familyOf)
  return [...families].map(([family, members]) => `# TYPE ${family} ${members[0]?.type}\n${members.map(sampleLine).join('')}`).join('')
}

const parts = { histogram: /_(?:bucket|sum|count)$/, summary: /_(?:sum|count)$/, counter: /$^/, gauge: /$^/, untyped: /$^/ } as const

const familyOf = ({ name, type }: Sample): string => name.replace(parts[type], '')

const sampleLine = ({ name, labels, value, timestamp }: Sample): string =>
  `${name}${labelsText(labels)} ${numberText(value)}${timestamp === undefined ? '' : ` ${timestamp}`}\n`

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** A number as the text format spells it. */
function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
