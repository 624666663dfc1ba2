import { expositionContentType, type PulledPage } from '../../model/pulled-page.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { RowColumn } from '../rows/row-columns.ts'
import { targetTags } from '../rows/tags.ts'
import { headText, inChunks, labelsText, labelText, type Turn, valueText } from './text.ts'

/** What is shown of one target: series, and the value of each. */
export type ShownOf = (sheet: Sheet) => Iterable<readonly [RowColumn, val: number]>

const help: Readonly<Record<string, string>> = {
  envoy_cluster_upstream_cx_active: 'Connections open now.',
  envoy_cluster_upstream_cx_connect_fail: 'Connections that could not be opened.',
  envoy_cluster_upstream_cx_rx_bytes_total: 'Bytes received.',
  envoy_cluster_upstream_cx_total: 'Connections opened.',
  envoy_cluster_upstream_cx_tx_bytes_total: 'Bytes sent.',
  envoy_cluster_upstream_rq: 'Requests that ended with this response code.',
  envoy_cluster_upstream_rq_time_bucket: 'Requests whose response was complete within so many milliseconds.',
  envoy_cluster_upstream_rq_xx: 'Requests that ended with a response code of this class.',
}

/**
 * `/metrics/insights`: the series that rows are made of, for Azure's own agent to carry. Its labels are the tags that the workbook asks for. No times: the
 * agent stamps what it reads, once a minute. Buckets are a family of their own, since the agent is to collect them alone and as they are spelt here.
 *
 * @param sheets the sheets that are shown now; asked once per rendering
 */
export function insightsPage(sheets: () => readonly Sheet[], shown: ShownOf, options: { readonly turn?: Turn } = {}): PulledPage {
  return {
    path: '/metrics/insights',
    contentType: expositionContentType,
    render: () => inChunks(blocks(sheets, shown), options.turn),
  }
}

function* blocks(sheets: () => readonly Sheet[], shown: ShownOf): Generator<string> {
  const now = sheets()
  for (const [name, text] of Object.entries(help)) {
    let isBegun = false
    for (const sheet of now) {
      const lines = linesOf(sheet, name, shown)
      if (lines === '') continue
      if (!isBegun) yield headText(name, name.endsWith('_active') ? 'gauge' : 'counter', text)
      isBegun = true
      yield lines
    }
  }
}

function linesOf(sheet: Sheet, name: string, shown: ShownOf): string {
  const { app, ...rest } = targetTags(sheet)
  const [before, after] = [labelText('app', app), labelsText(rest)]
  let text = ''
  for (const [column, val] of shown(sheet))
    if (column.name === name) text += `${name}{${before},${ownText(column)},${after}} ${valueText(val)}\n`
  return text
}

const texts = new WeakMap<RowColumn, string>()

/** Named as they are, they stand between `app` and `namespace` in the order of labels. */
function ownText(column: RowColumn): string {
  const text = texts.get(column) ?? labelsText(column.labels)
  texts.set(column, text)
  return text
}
