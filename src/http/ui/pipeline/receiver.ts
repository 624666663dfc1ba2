import type { VNode } from 'preact'
import type { StatusAnswer } from '../../../model/figures.ts'
import { Command } from '../command.ts'
import { html } from '../element.ts'
import { type Fact, Facts } from '../facts.ts'
import { useFormat, useWords } from '../setting.ts'
import { legible } from '../who.ts'
import { Losses } from './losses.ts'
import { refusalWords } from './reasons.ts'
import { type Text, words } from './words.ts'

/** Spans as they come from sidecars: how many, and which of them are not taken. */
export function Receiver({ traces }: Pick<StatusAnswer, 'traces'>): VNode {
  const text = useWords<Text>(words)
  return html`<section class="part">
    <h2>${text.receiver}</h2>
    ${traces === null ? html`<${Off} />` : html`<${Received} traces=${traces} />`}
  </section>`
}

function Received({ traces }: { readonly traces: NonNullable<StatusAnswer['traces']> }): VNode {
  const text = useWords<Text>(words)
  const { count, perSecond } = useFormat()
  const { url, paths, spansPerSecond, received, accepted, sampledOut, refused, refusedRequests } = traces
  const facts: readonly Fact[] = [
    { title: text.address, value: url === null ? text.notYet : paths.map((path) => html`<div key=${path}>${legible(url + path)}</div>`) },
    { title: text.rate, value: perSecond(spansPerSecond), note: text.overTenSeconds },
    { title: text.received, value: count(received) },
    { title: text.accepted, value: count(accepted) },
    { title: text.sampledOut, value: count(sampledOut) },
    { title: text.refused, value: html`<${Losses} counts=${refused} meanings=${refusalWords} />` },
    { title: text.refusedRequests, value: html`<${Losses} counts=${refusedRequests} />`, note: text.byStatus },
  ]
  return html`<${Facts} facts=${facts} />`
}

function Off(): VNode {
  const { receiverOff, receiverThen } = useWords<Text>(words)
  return html`<div class="empty">
    <p>${receiverOff}</p>
    <${Command} text="traces: { listen: 0.0.0.0:9411 }" />
    <p>${receiverThen}</p>
  </div>`
}
