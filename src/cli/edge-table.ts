import type { EdgeFigures } from '../model/figures.ts'
import { type EdgeNames, edgeNames, isInternal } from './edge-names.ts'
import { absent, bytesText, latencyText, percentText, rateText } from './figure-text.ts'
import { type Column, tableLines } from './table.ts'
import type { Look, Palette } from './terminal.ts'

const failing = 0.05

interface Row extends EdgeFigures {
  readonly names: EdgeNames
}

const columns: readonly Column<Row>[] = [
  { head: 'SOURCE', text: ({ names }) => names.source, atLeast: 8 },
  {
    head: 'DESTINATION',
    text: ({ names }) => names.destination,
    atLeast: 11,
    paint: ({ labels }, { dim }) => (isInternal(labels) ? dim : undefined),
  },
  { head: 'RPS', align: 'right', text: ({ requests }) => (requests ? rateText(requests.perSecond) : absent) },
  { head: 'ERR %', align: 'right', text: ({ requests }) => percentText(requests?.errorRatio ?? null), paint: errorColour },
  { head: 'P50', align: 'right', text: ({ latencySeconds }) => latencyText(latencySeconds?.p50) },
  { head: 'P90', align: 'right', text: ({ latencySeconds }) => latencyText(latencySeconds?.p90) },
  { head: 'P99', align: 'right', text: ({ latencySeconds }) => latencyText(latencySeconds?.p99) },
  {
    head: 'CONN',
    align: 'right',
    text: connectionText,
    paint: ({ connections }, { red }) => ((connections?.failed ?? 0) > 0 ? red : undefined),
  },
  { head: 'BYTES/s', align: 'right', text: ({ bytes }) => (bytes ? bytesText(bytes.sentPerSecond + bytes.receivedPerSecond) : absent) },
]

/** Edges as a table, in the order in which they come. */
export function edgeTable(edges: readonly EdgeFigures[], look: Look): string[] {
  const names = edgeNames(edges)
  const rows = edges.map((edge, i) => ({ ...edge, names: names[i] ?? { source: '', destination: '' } }))
  return tableLines(columns, rows, look)
}

function errorColour({ requests }: EdgeFigures, { red, yellow }: Palette) {
  const ratio = requests?.errorRatio ?? 0
  return ratio >= failing ? red : ratio > 0 ? yellow : undefined
}

function connectionText({ connections }: EdgeFigures): string {
  return connections ? `${connections.active ?? absent}/${connections.failed}` : absent
}
