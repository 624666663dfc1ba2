import { type Look, printable, rowsOf } from '../terminal.ts'
import type { Trouble } from './trouble.ts'

/** Something that the demo makes happen, as it began. */
export interface Announcement {
  readonly at: Date
  readonly text: string
}

/** One line for an episode: `14:03:21 bookstore-v2 fails …`. */
export function announcementLine({ at, text }: Announcement): string {
  return `${at.toTimeString().slice(0, 8)} ${printable(text)}`
}

/** How many of the last announcements stay in sight, at most. */
const announced = 3

/**
 * What happens to the mesh: the last announcements, and below them what is wrong now; that comes first where there is not room for all.
 *
 * @param look.rows rows of the terminal that may be filled; the first trouble is shown in any case
 */
export function eventLines(
  troubles: readonly Trouble[],
  announcements: readonly Announcement[],
  { rows, width, palette }: Look & { readonly rows: number },
): string[] {
  const shown: string[][] = []
  let left = rows
  for (const { text, remedy } of troubles) {
    const lines = [palette.red(text), `  ${remedy}`]
    const needed = lines.reduce((sum, line) => sum + rowsOf(line, width), 0)
    const andMore = shown.length + 1 < troubles.length ? 1 : 0
    if (shown.length > 0 && needed + andMore > left) break
    shown.push(lines)
    left -= needed
  }
  const more = troubles.length - shown.length
  const rest = more > 0 ? [palette.red(`and ${more} more: npx mesh-telemetry targets`)] : []
  const room = Math.max(0, Math.min(announced, left - rest.length))
  const recent = announcements.slice(announcements.length - Math.min(room, announcements.length))
  return [...recent.map((each) => palette.yellow(announcementLine(each))), ...shown.flat(), ...rest]
}
