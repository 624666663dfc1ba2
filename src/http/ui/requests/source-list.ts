import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { Nothing } from '../nothing.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView, type View } from '../view.ts'
import { Waiting } from '../waiting.ts'
import { isFound, sourceOf } from '../who.ts'
import { useColumnSetting } from './column-setting.ts'
import { classOf, clientErrorColumn, type ColumnSetting, latencyColumn, requestColumns, trendColumn } from './figure-columns.ts'
import { Sums } from './sums.ts'
import { hasRequests } from './totals.ts'
import { words } from './words.ts'

/** Who sends requests, worst first. */
export function SourceList(): VNode {
  const text = useWords(words)
  const view = useView()
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'source', trend: true }))
  const setting = useColumnSetting(answer)
  if (!answer) return html`<${Waiting} refused=${refused} />`
  const all = answer.edges.filter(hasRequests)
  if (all.length === 0 || answer.coveredMs === 0) return html`<${Nothing} view=${view} answer=${answer} of="requests" />`
  const rows = all.filter(({ labels }) => isFound(view.filters.search, sourceOf(labels)))
  return html`<section aria-busy=${isOld}>
    <h2>${text.title}</h2>
    ${
      rows.length > 0
        ? html`<${Sums} answer=${answer} rows=${rows} of="sources" />
            <${Table} caption=${text.title} columns=${columnsOf(view, setting)} rows=${rows} keyOf=${keyOf} classOf=${classOf} />`
        : html`<p>${text.notFound}</p>`
    }
  </section>`
}

/** A service and a workload may have the same name. */
const keyOf = ({ labels }: EdgeFigures): string => `${sourceOf(labels)} ${labels.source_service === undefined ? 'workload' : ''}`

function columnsOf(view: View, setting: ColumnSetting): readonly Column<EdgeFigures>[] {
  const { text, format, over } = setting
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
      note: over,
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

function bytesColumn(which: 'sent' | 'received', { text, format, over }: ColumnSetting): Column<EdgeFigures> {
  const of = ({ bytes }: EdgeFigures) => bytes?.[`${which}PerSecond`]
  return { key: which, title: text[which], note: over, isFigure: true, cell: (edge) => format.bytesPerSecond(of(edge)), by: of }
}
