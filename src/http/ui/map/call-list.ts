import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useFiguresOver } from '../over.ts'
import { useFormat, useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView } from '../view.ts'
import { isFound } from '../who.ts'
import type { MapEdge } from './graph.ts'
import { edgeAddress } from './leads.ts'
import { words } from './words.ts'

interface CallListSetting {
  readonly edges: readonly MapEdge[]
  /** What they were taken from. */
  readonly answer: EdgesAnswer
}

/** The calls of the map as rows, for those who do not see it: errors first, then the busiest. */
export function CallList({ edges, answer }: CallListSetting): VNode {
  const text = useWords(words)
  const format = useFormat()
  const view = useView()
  const found = edges.filter(({ source, called }) => isFound(view.filters.search, source, called))
  const rows = found.toSorted((a, b) => (b.errorShare ?? 0) - (a.errorShare ?? 0) || b.perSecond - a.perSecond)
  const rate = (carries: MapEdge['carries']) => ({
    key: carries,
    title: text[carries],
    cell: (edge: MapEdge) => (edge.carries === carries ? format.perSecond(edge.perSecond) : ''),
    by: (edge: MapEdge) => (edge.carries === carries ? edge.perSecond : null),
    isFigure: true,
  })
  const columns: readonly Column<MapEdge>[] = [
    {
      key: 'caller',
      title: text.caller,
      cell: ({ source, carries }) =>
        html`<a href=${addressOf(changed(view, { tab: carries, path: [source] }))}><${Name} name=${source} /></a>`,
      by: ({ source }) => source,
    },
    {
      key: 'called',
      title: text.called,
      cell: (edge) => html`<a href=${edgeAddress(view, edge)}><${Name} name=${edge.called} /></a>`,
      by: ({ called }) => called,
    },
    rate('requests'),
    rate('connections'),
    {
      key: 'errors',
      title: text.errors,
      hint: text.errorsHint,
      cell: ({ errorShare }) => format.share(errorShare),
      by: ({ errorShare }) => errorShare,
      isFigure: true,
    },
    {
      key: 'bytes',
      title: text.bytes,
      cell: ({ bytesPerSecond }) => format.bytesPerSecond(bytesPerSecond),
      by: ({ bytesPerSecond }) => bytesPerSecond,
      isFigure: true,
    },
  ]
  return html`<details class="map-list">
    <summary>${text.list(format.count(rows.length))}</summary>
    <${Table}
      caption=${text.title}
      note=${useFiguresOver(answer)}
      columns=${columns}
      rows=${rows}
      keyOf=${({ key }: MapEdge) => key}
      classOf=${({ health }: MapEdge) => (health === 'failing' ? 'failing' : health === 'idle' ? 'faint' : '')}
    />
  </details>`
}
