import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { coveredOf, isShort } from '../covered.ts'
import { Crumbs } from '../crumbs.ts'
import { LazyEdgeView } from '../edge/lazy-edge-view.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Nothing } from '../nothing.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { useView, type View } from '../view.ts'
import { sourceOf } from '../who.ts'
import { Caller } from './caller.ts'
import { flowsOf, shownOf } from './flow.ts'
import { FlowTable } from './flow-table.ts'
import { words } from './words.ts'

/** Who holds connections to whom: every caller, then whom one connects to, then one edge. */
export function ConnectionsTab(): VNode {
  const { tab } = useWords(words)
  const view = useView()
  const [source, destination] = view.path
  if (source === undefined) return html`<${Callers} view=${view} />`
  const crumbs = [tab, ...view.path].map((name, i) => ({ title: name, path: view.path.slice(0, i) }))
  return html`<${Crumbs} crumbs=${crumbs} /> ${
      destination === undefined
        ? html`<${Caller} key=${source} view=${view} source=${source} />`
        : html`<${LazyEdgeView} key=${JSON.stringify([source, destination])} source=${source} destination=${destination} />`
    }`
}

function Callers({ view }: { readonly view: View }): VNode {
  const text = useWords(words)
  const { span } = useFormat()
  const scrapeMs = useScrapeMs()
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'source', trend: true }))
  if (!answer) return html`<p aria-busy="true">${refused?.message}</p>`
  const flows = shownOf(flowsOf(answer, sourceOf, { scrapeMs }), view.filters.search)
  const isEmpty = flows.length === 0 || answer.coveredMs === 0
  return html`<div aria-busy=${isOld}>
    <h2>${text.title}</h2>
    ${!isEmpty && isShort(answer) && html`<p class="said">${text.short(span(answer.coveredMs), span(answer.windowMs))}</p>`}
    ${
      isEmpty
        ? html`<${Nothing} view=${view} answer=${answer} of="connections" />`
        : html`<${FlowTable} caption=${text.title} title=${text.caller} flows=${flows} over=${text.over(span(coveredOf(answer)))} />`
    }
  </div>`
}
