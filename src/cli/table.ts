import Table from 'cli-table3'
import { type Look, type Palette, printable, shortened } from './terminal.ts'

/** One column of a table. */
export interface Column<Row> {
  readonly head: string
  readonly text: (row: Row) => string
  readonly align?: 'right'
  /** May be cut in the middle down to this many characters when the table is too wide. */
  readonly atLeast?: number
  readonly paint?: (row: Row, palette: Palette) => ((text: string) => string) | undefined
}

/** The places of a table's frame, as cli-table3 names them. */
const frame = 'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid'
const noBorders = Object.fromEntries(frame.split(' ').map((place) => [place, '']))
const gap = 1

/** Rows as lines without borders, within `width` as long as the columns that may shrink allow it. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { width, palette }: Look): string[] {
  const texts = rows.map((row) => columns.map(({ text }) => printable(text(row))))
  const widths = fitted(columns, texts, width)
  const table = new Table({
    chars: { ...noBorders, middle: ' '.repeat(gap) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  table.push(
    columns.map(({ head }, i) => palette.bold(shortened(head, widths[i] ?? 0))),
    ...rows.map((row, r) =>
      columns.map(({ paint }, c) => (paint?.(row, palette) ?? ((text: string) => text))(shortened(texts[r]?.[c] ?? '', widths[c] ?? 0))),
    ),
  )
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

/** How wide each column becomes: its widest text, and where that is too much in all, what can shrink does, the widest first. */
function fitted<Row>(columns: readonly Column<Row>[], texts: readonly (readonly string[])[], width: number): number[] {
  const widths = columns.map(({ head }, i) => Math.max(head.length, ...texts.map((row) => [...(row[i] ?? '')].length)))
  let excess = widths.reduce((sum, each) => sum + each + gap, -gap) - width
  for (; excess > 0; excess--) {
    const room = columns.map(({ atLeast }, i) => ((widths[i] ?? 0) > (atLeast ?? Infinity) ? (widths[i] ?? 0) : 0))
    const widest = room.indexOf(Math.max(...room))
    if (room[widest] === 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}
