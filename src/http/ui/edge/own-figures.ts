import type { VNode } from 'preact'
import type { EdgeFigures } from '../../../model/figures.ts'
import { html } from '../element.ts'
import { type Fact, Facts } from '../facts.ts'
import { useFormat, useWords } from '../setting.ts'
import { CodeBar, CodeTable } from './code-bar.ts'
import { Reasons } from './reasons.ts'
import { words } from './words.ts'

interface FiguresSetting {
  readonly edge: EdgeFigures
  /** The window that the figures are over, in words. */
  readonly over: string
}

interface Moment {
  /** The end of the window, in words: what stands stood so then. */
  readonly at: string
}

/** What the caller's side tells of an edge, requests first where there are any. */
export function OwnFigures({ edge, over, at }: FiguresSetting & Moment): VNode {
  const { inAll } = useWords(words)
  return html`<${RequestFigures} edge=${edge} over=${over} />
    <div class="halves">
      <${ConnectionFigures} edge=${edge} over=${over} at=${at} />
      <${ByteFigures} edge=${edge} over=${over} />
    </div>
    <p class="said">${inAll}</p>`
}

const bad = (text: string, isBad: boolean): Fact['value'] => html`<span class=${isBad ? 'failing-figure' : ''}>${text}</span>`

interface BlockSetting {
  readonly title: string
  readonly over: string
  readonly facts: readonly Fact[]
}

const Block = ({ title, over, facts }: BlockSetting): VNode =>
  html`<section class="part">
    <h3>${title} <small>${over}</small></h3>
    <${Facts} facts=${facts} />
  </section>`

function RequestFigures({ edge: { requests, latencySeconds: latency }, over }: FiguresSetting): VNode | null {
  const text = useWords(words)
  const { count, perSecond, share, latency: seconds } = useFormat()
  if (!requests) return null
  const { inWindow, errorRatio, clientErrorRatio } = requests
  const facts: readonly Fact[] = [
    { title: text.requests, value: count(inWindow) },
    { title: text.perSecond, value: perSecond(requests.perSecond) },
    { title: text.errors, value: bad(share(errorRatio), (errorRatio ?? 0) > 0) },
    { title: text.clientErrors, value: share(clientErrorRatio) },
    { title: 'P50', value: seconds(latency?.p50) },
    { title: 'P90', value: seconds(latency?.p90) },
    { title: 'P95', value: seconds(latency?.p95) },
    { title: 'P99', value: seconds(latency?.p99) },
    { title: text.mean, value: seconds(latency?.mean) },
    { title: text.requestsTotal, value: count(requests.total) },
  ]
  return html`<${Block} title=${text.requests} over=${over} facts=${facts} />`
}

function ConnectionFigures({ edge: { connections }, over, at }: FiguresSetting & Moment): VNode | null {
  const text = useWords(words)
  const { count } = useFormat()
  if (!connections) return null
  const { active, opened, failed, openedTotal } = connections
  const facts: readonly Fact[] = [
    { title: text.active, value: count(active), note: at },
    { title: text.attempts, value: count(opened) },
    { title: text.failed, value: bad(count(failed), failed > 0) },
    { title: text.attemptsTotal, value: count(openedTotal) },
  ]
  return html`<${Block} title=${text.connections} over=${over} facts=${facts} />`
}

function ByteFigures({ edge: { bytes }, over }: FiguresSetting): VNode | null {
  const text = useWords(words)
  const { bytes: size, bytesPerSecond } = useFormat()
  if (!bytes) return null
  const facts: readonly Fact[] = [
    { title: text.sent, value: bytesPerSecond(bytes.sentPerSecond) },
    { title: text.received, value: bytesPerSecond(bytes.receivedPerSecond) },
    { title: text.sentTotal, value: size(bytes.sentTotal) },
    { title: text.receivedTotal, value: size(bytes.receivedTotal) },
  ]
  return html`<${Block} title=${text.bytes} over=${over} facts=${facts} />`
}

/** How requests ended, and why requests and connections failed. */
export function Outcomes({ edge: { requests, connections }, over }: FiguresSetting): VNode {
  const text = useWords(words)
  return html`<div class="halves">
    ${
      requests &&
      html`<section class="part">
        <h3>${text.codes} <small>${over}</small></h3>
        <${CodeBar} byCode=${requests.byCode} />
        <${CodeTable} byCode=${requests.byCode} />
      </section>`
    }
    <section class="part">
      ${
        requests &&
        html`<h3>${text.failures} <small>${over}</small></h3>
          <${Reasons} caption=${text.failures} byReason=${requests.failures} over=${over} note=${text.failuresNote} />`
      }
      ${
        connections &&
        html`<h3>${text.failedConnections} <small>${over}</small></h3>
          <${Reasons} caption=${text.failedConnections} byReason=${connections.byReason} over=${over} note=${text.failedNote} />`
      }
    </section>
  </div>`
}
