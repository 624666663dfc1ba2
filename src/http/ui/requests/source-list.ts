import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { Nothing } from '../nothing.ts'
import { Short, useFiguresOver } from '../over.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView, type View } from '../view.ts'
import { Waiting } from '../waiting.ts'
import { isFound, sourceKeyOf, sourceOf } from '../who.ts'
import { useColumnSetting } from './column-setting.ts'
import { classOf, clientErrorColumn, type ColumnSetting, latencyColumn, requestColumns, trendColumn } from './figure-columns.ts'
import { FailingConnections } from './failing-connections.ts'
import { Sums } from './sums.ts'
import { hasRequests } from './totals.ts'
import { words } from './words.ts'

/** Who sends requests, worst first. */
export function SourceList(): VNode {
  const text = useWords(words)
  const view = useView()
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'source', trend: true }))
  const setting = useColumnSetting(answer)
  const note = useFiguresOver(answer)
  if (!answer) return html`<${Waiting} refused=${refused} />`
  const rows = answer.edges.filter(hasRequests).filter(({ labels }) => isFound(view.filters.search, sourceOf(labels)))
  if (rows.length === 0 || answer.coveredMs === 0) return html`<${Nothing} view=${view} answer=${answer} of="requests" />`
  return html`<section aria-busy=${isOld}>
    <h2>${text.title}</h2>
    <${Short} answer=${answer} />
    <${Sums} rows=${rows} of="sources" />
    <${FailingConnections} answer=${answer} />
    <${Table} caption=${text.title} note=${note} columns=${columnsOf(view, setting)} rows=${rows} keyOf=${keyOf} classOf=${classOf} />
  </section>`
}

const keyOf = ({ labels }: EdgeFigures): string => sourceKeyOf(labels)

function columnsOf(view: View, setting: ColumnSetting): readonly Column<EdgeFigures>[] {
  const { text, format } = setting
  const { requests, perSecond } = requestColumns(setting)
  return [
    {
      key: 'source',
      title: text.source,
      cell: ({ labels }) => {
        const name = sourceOf(labels)
        return name ? html`<a href=${addressOf(changed(view, { path: [name] }))}><${Name} name=${name} /></a>` : text.unnamed
      },
      by: ({ labels }) => sourceOf(labels),
    },
    requests,
    {
      key: 'errors',
      title: text.errors,
      hint: text.errorsHint,
      isFigure: true,
      cell: ({ requests: figures }) =>
        html`<span class=${(figures?.errorRatio ?? 0) > 0 ? 'failing-figure' : ''}>${format.share(figures?.errorRatio)}</span>`,
      by: ({ requests: figures }) => figures?.errorRatio,
    },
    clientErrorColumn(setting),
    latencyColumn('p90', setting),
    perSecond,
    bytesColumn('sent', setting),
    bytesColumn('received', setting),
    trendColumn(setting),
  ]
}

function bytesColumn(which: 'sent' | 'received', { text, format }: ColumnSetting): Column<EdgeFigures> {
  const of = ({ bytes }: EdgeFigures) => bytes?.[`${which}PerSecond`]
  return { key: which, title: text[which], isFigure: true, isMinor: true, cell: (edge) => format.bytesPerSecond(of(edge)), by: of }
}
