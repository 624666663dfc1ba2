import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { CodeBar } from '../edge/code-bar.ts'
import { Trends } from '../edge/trends.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Empty } from '../empty.ts'
import { Name } from '../name.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView, type View } from '../view.ts'
import { Waiting } from '../waiting.ts'
import { destinationOf, isFound, legible, sourceOf } from '../who.ts'
import { useColumnSetting } from './column-setting.ts'
import { classOf, clientErrorColumn, type ColumnSetting, latencyColumn, requestColumns, trendColumn } from './figure-columns.ts'
import { Sums } from './sums.ts'
import { hasRequests } from './totals.ts'
import { words } from './words.ts'

/** Whom one source calls, worst first, and how that went over time. */
export function SourceView({ source }: { readonly source: string }): VNode {
  const text = useWords(words)
  const view = useView()
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'pair', source, trend: true }))
  const setting = useColumnSetting(answer)
  if (!answer) return html`<${Waiting} refused=${refused} />`
  if (answer.edges.length === 0) return html`<${Gone} source=${source} />`
  const found = answer.edges.filter(({ labels }) => isFound(view.filters.search, destinationOf(labels)))
  const rows = found.filter(hasRequests)
  const hasAny = answer.edges.some(hasRequests)
  return html`<section aria-busy=${isOld}>
      <h2><${Name} name=${source} /></h2>
      ${rows.length > 0 && html`<${Sums} answer=${answer} rows=${rows} of="destinations" />`}
    </section>
    ${hasAny && html`<${Trends} view=${view} of=${{ by: 'source', source }} hasRequests=${true} />`}
    <section class="part" aria-busy=${isOld}>
      <h3>${text.called}</h3>
      ${rows.length > 0 && html`<${Table} caption=${text.called} columns=${columnsOf(view, setting)} rows=${rows} keyOf=${keyOf} classOf=${classOf} />`}
      ${found.length === 0 && html`<p>${text.notFound}</p>`}
      <${WithoutHttp} view=${view} edges=${found} />
    </section>`
}

const keyOf = ({ labels }: EdgeFigures): string => `${destinationOf(labels)} ${labels.destination_kind ?? ''}`

const edgeAddress = (view: View, { labels }: EdgeFigures): string =>
  addressOf(changed(view, { path: [sourceOf(labels), destinationOf(labels)] }))

function columnsOf(view: View, setting: ColumnSetting): readonly Column<EdgeFigures>[] {
  const { text, format, over } = setting
  const { requests, perSecond } = requestColumns(setting)
  return [
    {
      key: 'destination',
      title: text.destination,
      cell: (edge) => html`<a href=${edgeAddress(view, edge)}><${Name} name=${destinationOf(edge.labels)} /></a>`,
      by: ({ labels }) => destinationOf(labels),
    },
    requests,
    {
      key: 'success',
      title: text.success,
      note: over,
      hint: text.successHint,
      isFigure: true,
      cell: ({ requests: figures }) =>
        html`<span class=${(figures?.errorRatio ?? 0) > 0 ? 'failing-figure' : ''}>${format.share(shown(successOf(figures)))}</span>`,
      by: ({ requests: figures }) => successOf(figures),
    },
    clientErrorColumn(setting),
    perSecond,
    ...(['p50', 'p90', 'p95', 'p99'] as const).map((quantile) => latencyColumn(quantile, setting)),
    {
      key: 'codes',
      title: text.codes,
      note: over,
      cell: ({ requests: figures }) => figures && html`<${CodeBar} byCode=${figures.byCode} />`,
    },
    trendColumn(setting),
  ]
}

const successOf = (figures: EdgeFigures['requests']): number | null =>
  figures === null || figures.errorRatio === null ? null : 1 - figures.errorRatio

/** Rounded down: what is nearly all is not all. */
const shown = (share: number | null): number | null => share && Math.floor(share * 1e3) / 1e3

/** Whoever is called by TCP alone is not left out: they lead to what their connections tell. */
function WithoutHttp({ view, edges }: { readonly view: View; readonly edges: readonly EdgeFigures[] }): VNode | null {
  const { noHttp } = useWords(words)
  const silent = edges.filter((edge) => !hasRequests(edge))
  if (silent.length === 0) return null
  return html`<p>
    ${noHttp}${' '}
    ${silent.map((edge, i) => html`${i > 0 && ', '}<a key=${keyOf(edge)} href=${edgeAddress(view, edge)}><${Name} name=${destinationOf(edge.labels)} /></a>`)}
  </p>`
}

function Gone({ source }: { readonly source: string }): VNode {
  const text = useWords(words)
  const view = useView()
  return html`<${Empty} title=${text.gone(legible(source))}>
    <p>${text.goneWhy}</p>
    <p><a href=${addressOf(changed(view, { path: [] }))}>${text.back}</a></p>
  </${Empty}>`
}
