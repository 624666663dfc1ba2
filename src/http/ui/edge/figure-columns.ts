import type { EdgeFigures } from '../../../model/figures.ts'
import { html } from '../element.ts'
import type { Format } from '../format.ts'
import type { Column } from '../table.ts'
import { CodeBar } from './code-bar.ts'
import type { words } from './words.ts'

/** Columns of tables that tell of an edge what its caller does not. */

export const keyOf = ({ labels }: EdgeFigures): string => JSON.stringify(labels)

type FigureColumn = Column<EdgeFigures>
const figure = (key: string, title: string, cell: FigureColumn['cell'], more: Pick<FigureColumn, 'isMinor'> = {}): FigureColumn => ({
  key,
  title,
  cell,
  isFigure: true,
  ...more,
})
const minor = { isMinor: true }

/** What tells something of these edges: of those that carry no HTTP their connections. */
export function figureColumns(edges: readonly EdgeFigures[], text: typeof words.en, format: Format): readonly FigureColumn[] {
  return edges.some(({ requests }) => requests !== null) ? requestColumns(text, format) : connectionColumns(text, format)
}

export const requestColumns = (text: typeof words.en, format: Format): readonly FigureColumn[] => [
  figure('requests', text.requests, ({ requests }) => format.count(requests?.inWindow), minor),
  figure('rps', text.perSecond, ({ requests }) => format.perSecond(requests?.perSecond)),
  figure('errors', text.errors, ({ requests }) => format.share(requests?.errorRatio)),
  figure('p50', 'P50', ({ latencySeconds }) => format.latency(latencySeconds?.p50), minor),
  figure('p90', 'P90', ({ latencySeconds }) => format.latency(latencySeconds?.p90)),
  figure('p99', 'P99', ({ latencySeconds }) => format.latency(latencySeconds?.p99), minor),
  { key: 'codes', title: text.codes, ...minor, cell: ({ requests }) => requests && html`<${CodeBar} byCode=${requests.byCode} />` },
]

const connectionColumns = (text: typeof words.en, format: Format): readonly FigureColumn[] => [
  figure('active', text.active, ({ connections }) => format.count(connections?.active)),
  figure('opened', text.opened, ({ connections }) => format.count(connections?.opened), minor),
  figure('failed', text.failed, ({ connections }) => format.count(connections?.failed)),
  figure('sent', text.sent, ({ bytes }) => format.bytesPerSecond(bytes?.sentPerSecond), minor),
  figure('received', text.received, ({ bytes }) => format.bytesPerSecond(bytes?.receivedPerSecond), minor),
]
