import type { VNode } from 'preact'
import type { EdgesAnswer, StatusAnswer, TargetsAnswer } from '../../model/figures.ts'
import { useCollector } from './collector.ts'
import { Command } from './command.ts'
import { coveredOf } from './covered.ts'
import { configMapOf, configMapText, type Emptiness, emptiness, type Known, unnamedOf } from './emptiness.ts'
import { html } from './element.ts'
import { Empty } from './empty.ts'
import { Remedy } from './notices.ts'
import { words } from './nothing-words.ts'
import { usePolled } from './polled.ts'
import { useFormat, useWords } from './setting.ts'
import { addressOf, changed, type View } from './view.ts'
import { legible } from './who.ts'

interface NothingSetting {
  readonly view: View
  /** What the view asked for, without a row to show. */
  readonly answer: EdgesAnswer
  readonly of: Known['of']
}

/** In the place of rows: why there are none, and what to do about it. */
export function Nothing({ view, answer, of }: NothingSetting): VNode | null {
  const status = useCollector()
  const { answer: targets } = usePolled<TargetsAnswer>('targets')
  if (!status || !targets) return null
  const empty = emptiness({ status, targets, answer, filters: view.filters, of })
  switch (empty.why) {
    case 'nobody-named':
      return html`<${NobodyNamed} status=${status} targets=${targets} />`
    case 'no-pods':
      return html`<${NoPods} status=${status} reasons=${empty.reasons} />`
    case 'nobody-scraped':
      return html`<${NobodyScraped} view=${view} status=${status} reasons=${empty.reasons} />`
    case 'before-kept':
      return html`<${BeforeKept} view=${view} oldestMs=${empty.oldestMs} />`
    case 'all-failing':
      return html`<${AllFailing} view=${view} ...${empty} />`
    case 'one-scrape':
      return html`<${OneScrape} scrape=${status.scrape} />`
    case 'filtered':
      return html`<${Filtered} view=${view} by=${empty.by} />`
    case 'only-tcp':
      return html`<${OnlyTcp} view=${view} />`
    case 'no-traffic':
      return html`<${NoTraffic} view=${view} of=${of} answer=${answer} startedMs=${status.startedMs} count=${empty.count} />`
  }
}

type Of<Why extends Emptiness['why']> = Extract<Emptiness, { readonly why: Why }>
type InView<Rest> = Rest & { readonly view: View }

const placeholder = 'NAMESPACE'

/** Where no namespace is named for scraping: how one is. */
export function NobodyNamed({ status, targets }: { readonly status: StatusAnswer; readonly targets: TargetsAnswer }): VNode {
  const text = useWords(words)
  const { rule } = status.discovery
  const configMap = configMapOf(rule)
  const unnamed = unnamedOf(targets.dropped)
  const names = unnamed.length > 0 ? unnamed.map(({ namespace }) => namespace) : [placeholder]
  const flag = configMap ? ` --configmap ${configMap.namespace}/${configMap.name}` : ''
  const remedy = unnamed[0]?.remedy ?? `npx mesh-telemetry metrics enable --namespace ${placeholder}${flag}`
  return html`<${Empty} title=${text.nobodyNamed}>
    <p>${text.rule} ${legible(rule)}.</p>
    <p>${unnamed.length > 0 ? text.unnamed(names.join(', ')) : text.fillIn(placeholder)}</p>
    <${Remedy} text=${remedy} />
    ${
      configMap &&
      html`<p>${text.byHand}</p>
        <${Command} text=${configMapText(configMap, names)} />
        <p>${text.enable}</p>
        <${Command} text=${names.map((name) => `osm metrics enable --namespace ${name}`).join('\n')} />`
    }
    <p>${text.thenLook}</p>
    <${Command} text="npx mesh-telemetry targets" />
  </${Empty}>`
}

function NobodyScraped({ view, status, reasons }: InView<Of<'nobody-scraped'>> & { readonly status: StatusAnswer }): VNode {
  const text = useWords(words)
  return html`<${Empty} title=${text.nobodyScraped}>
    <p>${text.named(status.discovery.namespaces.map(legible).join(', '))}</p>
    <${Reasons} reasons=${reasons} />
    <${ToTargets} view=${view} />
  </${Empty}>`
}

function Reasons({ reasons }: Pick<Of<'nobody-scraped'>, 'reasons'>): VNode {
  const { times } = useWords(words)
  const { count } = useFormat()
  return html`${reasons.map(
    ({ reason, count: number, remedy }) =>
      html`<div key=${reason}>
        <p>${times(count(number))} <code>${reason}</code></p>
        <${Remedy} text=${remedy} />
      </div>`,
  )}`
}

const folder = 'FOLDER'

interface NoPodsSetting {
  readonly status: StatusAnswer
  readonly reasons: Of<'no-pods'>['reasons']
}

/** Where namespaces are named that have no pods: there is nobody who could be scraped. */
export function NoPods({ status: { discovery }, reasons }: NoPodsSetting): VNode {
  const text = useWords(words)
  // Only an API server is watched: every other source holds what people put there.
  const isGiven = discovery.watches.length === 0
  return html`<${Empty} title=${text.noPods}>
    <p>${text.named(discovery.namespaces.map(legible).join(', '))} ${text.noPodsWhy}</p>
    <p>${text.rule} ${legible(discovery.rule)}.</p>
    ${
      isGiven &&
      html`<p>${text.fromFolder(folder)}</p>
        <${Command} text=${`kubectl get namespaces,pods -A -o yaml > ${folder}/cluster.yaml`} />`
    }
    <${Reasons} reasons=${reasons} />
    <p>${text.thenLook}</p>
    <${Command} text="npx mesh-telemetry targets" />
  </${Empty}>`
}

function AllFailing({ view, count, message }: InView<Of<'all-failing'>>): VNode {
  const text = useWords(words)
  const format = useFormat()
  return html`<${Empty} title=${text.allFailing(format.count(count))}>
    ${message && html`<p>${text.failingWhy} ${legible(message)}</p>`}
    <${ToTargets} view=${view} />
  </${Empty}>`
}

function ToTargets({ view }: { readonly view: View }): VNode {
  const { toTargets } = useWords(words)
  return html`<p><a href=${addressOf(changed(view, { tab: 'targets', path: [] }))}>${toTargets}</a></p>`
}

function BeforeKept({ view, oldestMs }: InView<Of<'before-kept'>>): VNode {
  const text = useWords(words)
  const { moment } = useFormat()
  return html`<${Empty} title=${text.beforeKept(moment(oldestMs))}>
    <p>${text.beforeKeptWhy(moment(Date.parse(view.filters.until ?? '')))}</p>
    <p><a href=${addressOf(changed(view, { filters: { until: '' } }))}>${text.toNow}</a></p>
  </${Empty}>`
}

function OneScrape({ scrape }: { readonly scrape: StatusAnswer['scrape'] }): VNode {
  const text = useWords(words)
  const { span } = useFormat()
  return html`<${Empty} title=${text.oneScrape}><p>${text.nextIn(span(scrape.intervalMs * scrape.everyNth))}</p></${Empty}>`
}

function Filtered({ view, by }: InView<Of<'filtered'>>): VNode {
  const text = useWords(words)
  const { moment } = useFormat()
  const valueOf = (name: (typeof by)[number]) => {
    const value = view.filters[name] ?? ''
    return name === 'until' && Number.isFinite(Date.parse(value)) ? moment(Date.parse(value)) : legible(value)
  }
  const without = { search: '', service: '', namespace: '', until: '' }
  return html`<${Empty} title=${text.filtered}>
    <p>${text.filteredBy}</p>
    <ul>
      ${by.map((name) => html`<li key=${name}>${text.filters[name]} <strong>${valueOf(name)}</strong></li>`)}
    </ul>
    <p><a href=${addressOf(changed(view, { filters: without }))}>${text.clear}</a></p>
  </${Empty}>`
}

function OnlyTcp({ view }: { readonly view: View }): VNode {
  const text = useWords(words)
  return html`<${Empty} title=${text.onlyTcp}>
    <p>${text.onlyTcpWhy}</p>
    <p><a href=${addressOf(changed(view, { tab: 'connections' }))}>${text.toConnections}</a></p>
  </${Empty}>`
}

interface NoTrafficSetting extends NothingSetting {
  readonly startedMs: number
  readonly count: number
}

function NoTraffic({ view, of, answer, startedMs, count }: NoTrafficSetting): VNode {
  const text = useWords(words)
  const format = useFormat()
  const title = of === 'connections' ? text.noConnections : text.noTraffic
  return html`<${Empty} title=${title(format.span(coveredOf(answer)))}>
    <p>${text.watching(format.count(count), format.moment(startedMs))}</p>
    <p>${text.traffic}</p>
    ${
      !view.filters.internals &&
      html`<p><a href=${addressOf(changed(view, { filters: { internals: true } }))}>${text.showInternals}</a></p>`
    }
  </${Empty}>`
}
