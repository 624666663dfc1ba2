import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { CodeBar } from '../edge/code-bar.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useFiguresOver } from '../over.ts'
import { useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView, type View } from '../view.ts'
import { destinationOf, isFound, pairKeyOf, sourceOf } from '../who.ts'
import { useColumnSetting } from './column-setting.ts'
import { classOf, clientErrorColumn, type ColumnSetting, latencyColumn, requestColumns, trendColumn } from './figure-columns.ts'
import { Sums } from './sums.ts'
import { hasRequests, successOf, successShown } from './totals.ts'
import { words } from './words.ts'

interface CallsSetting {
  /** Edges by pair, with their trends. */
  readonly answer: EdgesAnswer
  readonly isOld: boolean
  /** The end that rows are named by: who calls a service, or whom it calls. */
  readonly of: 'sources' | 'destinations'
}

/** Calls to a service, or those of it, worst first. */
export function Calls({ answer, isOld, of }: CallsSetting): VNode {
  const text = useWords(words)
  const view = useView()
  const setting = useColumnSetting(answer)
  const note = useFiguresOver(answer)
  const found = answer.edges.filter(({ labels }) => isFound(view.filters.search, nameOf[of](labels)))
  const rows = found.filter(hasRequests)
  const title = of === 'sources' ? text.calledBy : text.calls
  const hasPorts = new Set(rows.map(({ labels }) => destinationOf(labels))).size > 1
  const who = of === 'sources' ? sourceColumn(view, setting, hasPorts) : destinationColumn(view, setting)
  return html`<section class="part" aria-busy=${isOld}>
    <h3>${title}</h3>
    ${
      rows.length > 0 &&
      html`<${Sums} rows=${rows} of=${of} />
        <${Table}
          caption=${title}
          note=${note}
          columns=${[who, ...figureColumns(setting)]}
          rows=${rows}
          keyOf=${keyOf}
          classOf=${classOf}
        />`
    }
    ${found.length === 0 && html`<p>${text.notFound}</p>`}
    <${WithoutHttp} view=${view} edges=${found} of=${of} />
  </section>`
}

const keyOf = ({ labels }: EdgeFigures): string => pairKeyOf(labels)
const nameOf = { sources: sourceOf, destinations: destinationOf }

const edgeAddress = (view: View, { labels }: EdgeFigures): string =>
  addressOf(changed(view, { path: [sourceOf(labels), destinationOf(labels)] }))

type EdgeColumn = Column<EdgeFigures>

const destinationColumn = (view: View, { text }: ColumnSetting): EdgeColumn => ({
  key: 'destination',
  title: text.destination,
  cell: (edge) => html`<a href=${edgeAddress(view, edge)}><${Name} name=${destinationOf(edge.labels)} /></a>`,
  by: ({ labels }) => destinationOf(labels),
})

/** @param hasPorts whether a source may have several rows: then each says whom it calls */
const sourceColumn = (view: View, { text }: ColumnSetting, hasPorts: boolean): EdgeColumn => ({
  key: 'source',
  title: text.source,
  cell: (edge) =>
    html`<a href=${edgeAddress(view, edge)}><${Name} name=${sourceOf(edge.labels)} /></a>${
        hasPorts && html`<small class="second-line">→ <${Name} name=${destinationOf(edge.labels)} /></small>`
      }`,
  by: ({ labels }) => sourceOf(labels),
})

function figureColumns(setting: ColumnSetting): readonly EdgeColumn[] {
  const { text, format } = setting
  const { requests, perSecond } = requestColumns(setting)
  return [
    requests,
    {
      key: 'success',
      title: text.success,
      hint: text.successHint,
      isFigure: true,
      cell: ({ requests: figures }) =>
        html`<span class=${(figures?.errorRatio ?? 0) > 0 ? 'failing-figure' : ''}>${format.share(successShown(figures))}</span>`,
      by: ({ requests: figures }) => successOf(figures),
    },
    clientErrorColumn(setting),
    perSecond,
    ...(['p50', 'p90', 'p95', 'p99'] as const).map((quantile) => latencyColumn(quantile, setting)),
    {
      key: 'codes',
      title: text.codes,
      isMinor: true,
      cell: ({ requests: figures }) => figures && html`<${CodeBar} byCode=${figures.byCode} />`,
    },
    trendColumn(setting),
  ]
}

interface SilentSetting extends Pick<CallsSetting, 'of'> {
  readonly view: View
  readonly edges: readonly EdgeFigures[]
}

/** Calls by TCP alone are not left out: they lead to what their connections tell. */
function WithoutHttp({ view, edges, of }: SilentSetting): VNode | null {
  const { noHttp } = useWords(words)
  const silent = edges.filter((edge) => !hasRequests(edge))
  if (silent.length === 0) return null
  return html`<p>
    ${noHttp}${' '}
    ${silent.map((edge, i) => html`${i > 0 && ', '}<a key=${keyOf(edge)} href=${edgeAddress(view, edge)}><${Name} name=${nameOf[of](edge.labels)} /></a>`)}
  </p>`
}
