import type { EdgesAnswer } from '../../model/figures.ts'
import { isInternal } from '../edge-names.ts'
import { edgeTable } from '../edge-table.ts'
import { counted } from '../figure-text.ts'
import { type Look, type Palette, printable } from '../terminal.ts'

/** Something that the demo makes happen, as it began. */
export interface Announcement {
  readonly at: Date
  readonly text: string
}

/** Where the demo can be met. */
export interface Places {
  readonly url: string
  readonly configMapFile: string
  /** The port that was asked for; another one is used when it is taken. */
  readonly wantedPort: string
}

/**
 * The demo's table: calls between services, the worst first, and how many of the mesh's own are left out.
 *
 * @param limit most lines of the table's body
 */
export function demoTable(answer: EdgesAnswer, { limit, ...look }: Look & { readonly limit: number }): string[] {
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
    ...(services.length > 0 ? edgeTable(services.slice(0, limit), look) : [dim('waiting for the first pages')]),
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

/** One line for an episode: `14:03:21 bookstore-v2 fails …`. */
export function announcementLine({ at, text }: Announcement): string {
  return `${at.toTimeString().slice(0, 8)} ${printable(text)}`
}

/** What to look at and to type while the demo runs. */
export function invitation({ url, configMapFile, wantedPort }: Places, { bold }: Palette): string[] {
  const moved = wantedPort !== '0' && !url.endsWith(`:${wantedPort}`)
  return [
    `${bold('Page')}       ${url}${moved ? ` (port ${wantedPort} is taken)` : ''}`,
    `${bold('ConfigMap')}  add bookthief and watch:`,
    `           ${configMapFile}`,
    `${bold('Try')}        npx mesh-telemetry edges --server ${url}`,
    `           npx mesh-telemetry targets --server ${url}`,
    `           curl ${url}/metrics/edges`,
  ]
}

/** How many of the last announcements stay in sight. */
const announced = 3
/** Lines beside the table's body: its two headings, notes, announcements, invitation, the empty lines between, and the cursor's own. */
const otherLines = 2 + 2 + 1 + announced + 1 + 6 + 1

/** All that a terminal shows, as lines. */
export function demoFrame(
  {
    answer,
    announcements,
    places,
  }: { readonly answer: EdgesAnswer; readonly announcements: readonly Announcement[]; readonly places: Places },
  { rows, ...look }: Look & { readonly rows: number },
): string[] {
  const recent = announcements.slice(-announced).map((each) => look.palette.yellow(announcementLine(each)))
  return [
    ...demoTable(answer, { ...look, limit: Math.max(3, rows - otherLines) }),
    '',
    ...(recent.length > 0 ? [...recent, ''] : []),
    ...invitation(places, look.palette),
  ]
}
