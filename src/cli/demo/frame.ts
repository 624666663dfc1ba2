import type { EdgesAnswer, TargetsAnswer } from '../../model/figures.ts'
import { isInternal } from '../edge-names.ts'
import { edgeTable } from '../edge-table.ts'
import { counted } from '../figure-text.ts'
import { type Look, type Palette, rowsOf } from '../terminal.ts'
import { type Announcement, eventLines } from './event-lines.ts'
import { quietReason, troublesOf } from './trouble.ts'

/** Where the demo can be met. */
export interface Places {
  readonly url: string
  readonly configMapFile: string
  /** Where rows for tables of Log Analytics are written. */
  readonly rowsFolder: string
  /** The port that was asked for; another one is used when it is taken. */
  readonly wantedPort: string
}

/** What the collector says of one moment. */
export interface Figures {
  readonly edges: EdgesAnswer
  readonly targets: TargetsAnswer
}

/**
 * The demo's table: calls between services, the worst first, and how many of the mesh's own are left out; without any, why.
 *
 * @param limit most lines of the table's body
 */
export function demoTable({ edges: answer, targets }: Figures, { limit, ...look }: Look & { readonly limit: number }): string[] {
  const outbound = answer.edges.filter(({ kind, live }) => kind === 'outbound' && live)
  const services = outbound.filter(({ labels }) => !isInternal(labels))
  const hidden = outbound.length - services.length
  const { dim, bold } = look.palette
  const seconds = Math.round(answer.coveredMs / 1e3)
  const notes = [
    ...(services.length > limit ? [`${counted(services.length - limit, 'more edge')} than fit here`] : []),
    ...(hidden > 0 ? [`not shown: ${counted(hidden, 'edge')} of the mesh itself (controller, probes)`] : []),
  ]
  return [
    `${bold('mesh-telemetry demo')}: who calls whom, over the last ${seconds} s, the worst first`,
    ...(services.length > 0 ? edgeTable(services.slice(0, limit), look) : [dim(quietReason(targets))]),
    ...notes.map(dim),
    dim('CONN: open now / failed to connect. ERR %: share of 5xx.'),
  ]
}

/** The least history that a rate is worth showing of: two scrapes. */
const ratesAfterMs = 2_000

/** Whether rates and latencies can be shown by now. */
export function hasRates({ coveredMs, edges }: EdgesAnswer): boolean {
  return (
    coveredMs >= ratesAfterMs && edges.some(({ requests, latencySeconds }) => (requests?.perSecond ?? 0) > 0 && latencySeconds !== null)
  )
}

/** What to look at and to type while the demo runs. */
export function invitation({ url, configMapFile, rowsFolder, wantedPort }: Places, { bold }: Palette): string[] {
  const moved = wantedPort !== '0' && !url.endsWith(`:${wantedPort}`)
  return [
    `${bold('Page')}       ${url}${moved ? ` (port ${wantedPort} is taken)` : ''}`,
    `${bold('ConfigMap')}  add bookthief and watch:`,
    `           ${configMapFile}`,
    `${bold('Try')}        npx mesh-telemetry edges --server ${url}`,
    `           npx mesh-telemetry spans --server ${url}`,
    `           npx mesh-telemetry targets --server ${url}`,
    `           curl ${url}/metrics/edges`,
    `           npx mesh-telemetry rows ${rowsFolder}`,
  ]
}

/** Lines beside the table's body and the events: the table's two headings and three notes, the empty lines between, the invitation, the cursor's own. */
const otherLines = 2 + 3 + 1 + 1 + 8 + 1
/** Lines of the table's body that stay whatever happens. */
const leastBody = 3
/** Rows that are kept for events also while there are none, so that the table does not jump. */
const usualEvents = 3

export interface Shown {
  readonly figures: Figures
  readonly announcements: readonly Announcement[]
  readonly places: Places
}

/** All that a terminal shows, as lines. */
export function demoFrame({ figures, announcements, places }: Shown, { rows, ...look }: Look & { readonly rows: number }): string[] {
  const events = eventLines(troublesOf(figures.targets), announcements, { ...look, rows: rows - otherLines - leastBody })
  const eventRows = events.reduce((sum, line) => sum + rowsOf(line, look.width), 0)
  return [
    ...demoTable(figures, { ...look, limit: Math.max(leastBody, rows - otherLines - Math.max(usualEvents, eventRows)) }),
    '',
    ...(events.length > 0 ? [...events, ''] : []),
    ...invitation(places, look.palette),
  ]
}
