import { printable } from './terminal.ts'

/** How osm sets its tables. Source: openservicemesh/osm cmd/cli/formatters.go and Go's text/tabwriter. */
const gap = 3
const leastWidth = 6

/** Rows as lines in columns, the head among them, set as osm sets them: the last column as long as it is, and no cell cut. */
export function columnLines(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(printable))
  const widths = (cells[0] ?? []).map((_, c) => Math.max(leastWidth, ...cells.map((row) => lengthOf(row[c]) + gap)))
  return cells.map((row) =>
    row.map((cell, c) => (c === row.length - 1 ? cell : cell + ' '.repeat((widths[c] ?? 0) - lengthOf(cell)))).join(''),
  )
}

const lengthOf = (text = '') => [...text].length
