import type { VNode } from 'preact'
import type { StatusAnswer } from '../../../model/figures.ts'
import { useCollector } from '../collector.ts'
import { Command } from '../command.ts'
import { html } from '../element.ts'
import { Empty } from '../empty.ts'
import { useFormat, useWords } from '../setting.ts'
import { addressOf, noFilters } from '../view.ts'
import { words } from './words.ts'

const listenLine = "traces: { listen: '0.0.0.0:9411' }"
/** As in docs/tracing.md. */
const meshCommand = `kubectl patch meshconfig osm-mesh-config -n osm-system --type merge -p '{"spec":{"observability":{"tracing":{"enable":true,"address":"mesh-telemetry.mesh-telemetry.svc.cluster.local","port":9411,"endpoint":"/api/v2/spans"}}}}'`

/** Why no trace is shown, and what to do about it. */
export function NoTraces({ kept, beforeMs }: { readonly kept: number; readonly beforeMs: number | null }): VNode {
  const text = useWords(words)
  const { count, moment } = useFormat()
  const status = useCollector()
  const all = addressOf({ tab: 'traces', path: [], filters: { ...noFilters, window: '1h' } })
  if (kept > 0)
    return html`<${Empty} title=${beforeMs === null ? text.noneFitsTitle : text.beforeTitle(moment(beforeMs))}>
      <p>${beforeMs === null ? text.noneFits(count(kept)) : text.beforeWhy(count(kept))}</p>
      <p><a href=${all}>${text.showAll}</a></p>
    </${Empty}>`
  if (!status) return html``
  return status.traces ? html`<${NothingCame} receiver=${status.traces} />` : html`<${ReceiverOff} />`
}

function ReceiverOff(): VNode {
  const text = useWords(words)
  return html`<${Empty} title=${text.offTitle}>
    <p>${text.off}</p>
    <${Command} text=${listenLine} />
    <p>${text.mesh}</p>
    <${Command} text=${meshCommand} />
  </${Empty}>`
}

function NothingCame({ receiver }: { readonly receiver: NonNullable<StatusAnswer['traces']> }): VNode {
  const text = useWords(words)
  const { count } = useFormat()
  const { url, paths, received, sampledOut, refused, refusedRequests } = receiver
  const reasons = Object.entries({ ...refused, ...refusedRequests }).filter(([, times]) => times > 0)
  return html`<${Empty} title=${text.noneTitle}>
    <p>${text.none(`${url ?? ''}${paths[0] ?? ''}`)} ${text.received(count(received), count(sampledOut))}</p>
    ${reasons.length > 0 && html`<p>${text.refused(reasons.map(([reason, times]) => `${reason} ${count(times)}`).join(', '))}</p>`}
    <p>${text.check}</p>
    <${Command} text="npx mesh-telemetry doctor" />
    <p>${text.mesh}</p>
    <${Command} text=${meshCommand} />
  </${Empty}>`
}
