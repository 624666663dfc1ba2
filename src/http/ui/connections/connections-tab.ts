import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { DrillDown } from '../edge/drill-down.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Nothing } from '../nothing.ts'
import { Short } from '../over.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { useView } from '../view.ts'
import { Waiting } from '../waiting.ts'
import { Caller } from './caller.ts'
import { flowsOf, shownOf } from './flow.ts'
import { FlowTable } from './flow-table.ts'
import { words } from './words.ts'

/** Who holds connections to whom: every caller, then whom one connects to, then one edge. */
export function ConnectionsTab(): VNode {
  const { tab } = useWords(words)
  return html`<${DrillDown} title=${tab} All=${Callers} One=${Caller} />`
}

function Callers(): VNode {
  const text = useWords(words)
  const view = useView()
  const scrapeMs = useScrapeMs()
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'source', trend: true }))
  if (!answer) return html`<${Waiting} refused=${refused} />`
  const flows = shownOf(flowsOf(answer, { by: 'source', scrapeMs }), view.filters.search)
  if (flows.length === 0 || answer.coveredMs === 0) return html`<${Nothing} view=${view} answer=${answer} of="connections" />`
  return html`<div aria-busy=${isOld}>
    <h2>${text.title}</h2>
    <${Short} answer=${answer} />
    <${FlowTable} caption=${text.title} title=${text.caller} flows=${flows} answer=${answer} />
  </div>`
}
