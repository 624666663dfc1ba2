import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { TargetsAnswer } from '../../../model/figures.ts'
import { useAnsweredMs } from '../clock.ts'
import { html } from '../element.ts'
import { type Fact, Facts } from '../facts.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { useView } from '../view.ts'
import { legible } from '../who.ts'
import { reasonCounts } from './dropped-groups.ts'
import { Nobody } from './nobody.ts'
import { NotScraped } from './not-scraped.ts'
import { type Reasons, reasonWords } from './reasons.ts'
import { countsOf, shownTargets, sortedTargets } from './scraped.ts'
import { ScrapedTable } from './scraped-table.ts'
import { words } from './words.ts'

/** Who is scraped and how that goes; who is not, why, and what to type. What is wrong with discovery's inputs is above every tab. */
export function TargetsTab(): VNode | null {
  const { answer } = usePolled<TargetsAnswer>('targets')
  const answeredMs = useAnsweredMs(answer)
  const text = useWords(words)
  const { count } = useFormat()
  const { filters } = useView()
  const sorted = useMemo(() => sortedTargets(answer?.targets ?? []), [answer])
  if (!answer) return null
  const { targets, dropped, scrape } = answer
  if (targets.length + dropped.length === 0) return html`<${Nobody} answer=${answer} />`
  const shown = shownTargets(sorted, filters)
  return html`<${Summary} answer=${answer} />
    <section class="part">
      <h2>${text.scraped}</h2>
      ${shown.length < targets.length && html`<p class="said">${text.shown(count(shown.length), count(targets.length))}</p>`}
      ${targets.length === 0 && html`<p class="said">${text.none}</p>`}
      ${shown.length > 0 && html`<${ScrapedTable} targets=${shown} scrape=${scrape} answeredMs=${answeredMs} />`}
    </section>
    <${NotScraped} dropped=${dropped} />`
}

function Summary({ answer: { targets, dropped, rule, scrape } }: { readonly answer: TargetsAnswer }): VNode {
  const text = useWords(words)
  const reasons = useWords<Reasons>(reasonWords)
  const { count, span } = useFormat()
  const states = [...countsOf(targets)].map(([state, number]) => `${count(number)} ${text.states[state]}`)
  const why = reasonCounts(dropped).map(([reason, number]) => `${count(number)} ${reasons[reason]?.short ?? legible(reason)}`)
  const facts: readonly Fact[] = [
    { title: text.scraped, value: count(targets.length), note: states.join(', ') },
    { title: text.notScraped, value: count(dropped.length), note: why.join(', ') },
    { title: text.rhythm, value: text.every(span(scrape.intervalMs * scrape.everyNth)) },
    { title: text.rule, value: html`<span class="sentence">${legible(rule)}</span>` },
  ]
  return html`<section aria-label=${text.summary}><${Facts} facts=${facts} /></section>`
}
