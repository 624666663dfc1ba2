import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { coveredOf, isShort } from '../covered.ts'
import { Reasons } from '../edge/reasons.ts'
import { Trends } from '../edge/trends.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { Nothing } from '../nothing.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import type { View } from '../view.ts'
import { destinationOf } from '../who.ts'
import { flowsOf, type Hint, shownOf } from './flow.ts'
import { FlowTable } from './flow-table.ts'
import { words } from './words.ts'

interface CallerSetting {
  readonly view: View
  readonly source: string
}

/** Whom one caller connects to, why that fails, and how it went over time. */
export function Caller({ view, source }: CallerSetting): VNode {
  const text = useWords(words)
  const { span } = useFormat()
  const scrapeMs = useScrapeMs()
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'pair', source, trend: true }))
  const { answer: sum } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'source', source }))
  if (!answer) return html`<p aria-busy="true">${refused?.message}</p>`
  const flows = shownOf(flowsOf(answer, destinationOf, { scrapeMs }), view.filters.search)
  if (flows.length === 0)
    return html`<h2><${Name} name=${source} /></h2>
      <${Nothing} view=${view} answer=${answer} of="connections" />`
  const over = text.over(span(coveredOf(answer)))
  const reasons = sum?.edges[0]?.connections?.byReason
  const of = { by: 'source', source } as const
  return html`<div aria-busy=${isOld}>
    <h2><${Name} name=${source} /></h2>
    ${isShort(answer) && html`<p class="said">${text.short(span(answer.coveredMs), span(answer.windowMs))}</p>`}
    <${Hints} hints=${new Set(flows.flatMap(({ hint }) => hint ?? []))} />
    <section class="part">
      <h3>${text.ofCaller}</h3>
      <${FlowTable} caption=${text.ofCaller} title=${text.called} flows=${flows} over=${over} />
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
