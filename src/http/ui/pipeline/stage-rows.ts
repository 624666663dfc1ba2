import type { VNode } from 'preact'
import type { EdgesAnswer, StatusAnswer } from '../../../model/figures.ts'
import { Age, useAnsweredMs } from '../clock.ts'
import { html } from '../element.ts'
import { type Fact, Facts, State } from '../facts.ts'
import { unknown } from '../format.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { addressOf, changed, useView } from '../view.ts'
import { legible } from '../who.ts'
import {
  backlogOf,
  commitState,
  deliverState,
  type Destination,
  discoverState,
  goodsOf,
  receiveState,
  scrapeState,
  type StageState,
  sumOf,
} from './stages.ts'
import { type Text, words } from './words.ts'

/** The two ways through the collector, stage by stage: that of numbers and that of spans. */
export function Stages({ status }: { readonly status: StatusAnswer }): VNode {
  const text = useWords<Text>(words)
  const answeredMs = useAnsweredMs(status)
  const { destinations } = status
  const forRows = destinations.filter((one) => goodsOf(one) === 'rows')
  const forSpans = destinations.filter((one) => goodsOf(one) === 'spans')
  return html`<section aria-label=${text.way}>
    <h2>${text.way}</h2>
    <h3 class="way">${text.ofNumbers}</h3>
    <ol class="stages">
      <${Stage} title=${text.discover} state=${discoverState(status)} facts=${useDiscoverFacts(status)} />
      <${Stage} title=${text.scrape} state=${scrapeState(status)} facts=${useScrapeFacts(status)} />
      <${Stage} title=${text.commit} state=${commitState(status, answeredMs)} facts=${useCommitFacts(status)} />
      <${Stage} title=${text.deliver} state=${deliverState(forRows)} facts=${useDeliverFacts(forRows)} />
    </ol>
    <h3 class="way">${text.ofSpans}</h3>
    <ol class="stages">
      <${Stage} title=${text.receive} state=${receiveState(status)} facts=${useReceiveFacts(status)} />
      <${Stage} title=${text.deliver} state=${deliverState(forSpans)} facts=${useDeliverFacts(forSpans)} />
    </ol>
  </section>`
}

interface StageSetting {
  readonly title: string
  readonly state: StageState
  readonly facts: readonly Fact[]
}

function Stage({ title, state: { mood, word, count }, facts }: StageSetting): VNode {
  const { stageStates } = useWords<Text>(words)
  const format = useFormat()
  return html`<li>
    <h4>${title} <${State} mood=${mood} word=${stageStates[word](format.count(count))} /></h4>
    <${Facts} facts=${facts} />
  </li>`
}

function useDiscoverFacts({ discovery: { namespaces, meshName }, dropped }: StatusAnswer): readonly Fact[] {
  const text = useWords<Text>(words)
  const { count } = useFormat()
  const view = useView()
  const targets = addressOf(changed(view, { tab: 'targets', path: [] }))
  return [
    { title: text.namespaces, value: html`<span title=${namespaces.map(legible).join(', ')}>${count(namespaces.length)}</span>` },
    { title: text.mesh, value: legible(meshName ?? unknown) },
    { title: text.notScraped, value: html`<a href=${targets}>${count(sumOf(dropped))}</a>` },
  ]
}

function useScrapeFacts({ targets, scrape: { intervalMs, everyNth } }: StatusAnswer): readonly Fact[] {
  const text = useWords<Text>(words)
  const { count, span } = useFormat()
  const view = useView()
  return [
    { title: text.targets, value: html`<a href=${addressOf(changed(view, { tab: 'targets', path: [] }))}>${count(sumOf(targets))}</a>` },
    { title: text.read, value: text.every(span(intervalMs * everyNth)) },
  ]
}

/** How far back figures reach changes slowly. */
const pastEveryMs = 60_000

function useCommitFacts({ committedMs, edges, cells }: StatusAnswer): readonly Fact[] {
  const text = useWords<Text>(words)
  const { count, span } = useFormat()
  const { answer } = usePolled<EdgesAnswer>('edges?window=1h&by=source', { everyMs: pastEveryMs })
  return [
    {
      title: text.last,
      value: committedMs === null ? unknown : html`<${Age} sinceMs=${committedMs} />`,
      note: committedMs !== null && text.ago,
    },
    { title: text.edges, value: count(edges) },
    { title: text.sums, value: count(cells) },
    { title: text.past, value: answer ? span(answer.coveredMs) : unknown },
  ]
}

function useDeliverFacts(destinations: readonly Destination[]): readonly Fact[] {
  const text = useWords<Text>(words)
  const { count, bytes: size } = useFormat()
  const { waiting, bytes, lost } = backlogOf(destinations)
  if (destinations.length === 0) return []
  return [
    { title: text.destinations, value: destinations.map(({ name }) => legible(name)).join(', ') },
    { title: text.waiting, value: count(waiting), note: bytes > 0 && size(bytes) },
    { title: text.lost, value: html`<span class=${lost > 0 ? 'failing-figure' : ''}>${count(lost)}</span>` },
  ]
}

function useReceiveFacts({ traces }: StatusAnswer): readonly Fact[] {
  const text = useWords<Text>(words)
  const { count, perSecond } = useFormat()
  if (traces === null) return []
  return [
    { title: text.rate, value: perSecond(traces.spansPerSecond), note: text.overTenSeconds },
    { title: text.received, value: count(traces.received) },
    { title: text.refused, value: count(sumOf(traces.refused)) },
  ]
}
