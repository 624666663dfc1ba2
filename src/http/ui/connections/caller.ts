import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { Gone } from '../edge/gone.ts'
import { Reasons } from '../edge/reasons.ts'
import { Trends } from '../edge/trends.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { Nothing } from '../nothing.ts'
import { Short, useOver } from '../over.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { useView } from '../view.ts'
import { Waiting } from '../waiting.ts'
import { flowsOf, type Hint, shownOf } from './flow.ts'
import { FlowTable } from './flow-table.ts'
import { words } from './words.ts'

/** Whom one caller connects to, why that fails, and how it went over time. */
export function Caller({ source }: { readonly source: string }): VNode {
  const text = useWords(words)
  const view = useView()
  const scrapeMs = useScrapeMs()
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'pair', source, trend: true }))
  const { answer: sum } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'source', source }))
  const over = useOver(answer)
  if (!answer) return html`<${Waiting} refused=${refused} />`
  if (answer.edges.length === 0) return html`<${Gone} name=${source} of="calls" />`
  const flows = shownOf(flowsOf(answer, { by: 'pair', scrapeMs }), view.filters.search)
  if (flows.length === 0)
    return html`<h2><${Name} name=${source} /></h2>
      <${Nothing} view=${view} answer=${answer} of="connections" />`
  const reasons = sum?.edges[0]?.connections?.byReason
  const of = { by: 'source', source } as const
  return html`<div aria-busy=${isOld}>
    <h2><${Name} name=${source} /></h2>
    <${Short} answer=${answer} />
    <${Hints} hints=${new Set(flows.flatMap(({ hint }) => hint ?? []))} />
    <section class="part">
      <h3>${text.ofCaller}</h3>
      <${FlowTable} caption=${text.ofCaller} title=${text.called} flows=${flows} answer=${answer} />
    </section>
    ${
      reasons &&
      html`<section class="part">
        <h3>${text.reasons} <small>${over}</small></h3>
        <${Reasons} caption=${text.reasons} byReason=${reasons} over=${over} note=${text.reasonsNote} />
      </section>`
    }
    <${Trends} view=${view} of=${of} hasRequests=${false} whole />
  </div>`
}

function Hints({ hints }: { readonly hints: ReadonlySet<Hint> }): VNode {
  const { hints: short, hintsLong } = useWords(words)
  return html`${[...hints].map(
    (hint) =>
      html`<p key=${hint} class="notice ${hint === 'failing' ? 'failing' : ''}"><strong>${short[hint]}.</strong> ${hintsLong[hint]}</p>`,
  )}`
}
