import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { TraceAnswer } from '../../../model/trace-figures.ts'
import { useCollector } from '../collector.ts'
import { Crumbs } from '../crumbs.ts'
import { html } from '../element.ts'
import { Empty } from '../empty.ts'
import { Facts } from '../facts.ts'
import { unknown } from '../format.ts'
import { Name } from '../name.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { addressOf, changed, useView } from '../view.ts'
import { legible } from '../who.ts'
import { CallItem } from './call-item.ts'
import { edgeNameOf } from './trace-path.ts'
import { Waterfall } from './waterfall.ts'
import { words } from './words.ts'

/** One trace: what is known of it as a whole, and its spans over time. */
export function TraceView({ traceId }: { readonly traceId: string }): VNode {
  const text = useWords(words)
  const [isDone, setDone] = useState(false)
  const { answer, refused } = usePolled<TraceAnswer>(`traces/${encodeURIComponent(traceId)}`, { once: isDone })
  // Neither a whole trace changes any more nor one that is gone; a token that is asked for may still come.
  if ((answer?.settled || (refused && refused.status !== 401)) && !isDone) setDone(true)
  const isGone = !answer && refused?.status === 404
  const crumbs = [
    { title: text.title, path: [] },
    { title: traceId, path: [traceId] },
  ]
  return html`<section class="trace" aria-busy=${!answer && !refused}>
    <${Crumbs} crumbs=${crumbs} />
    ${answer && html`<${Summary} trace=${answer} /><${Calls} calls=${answer.calls} /><${Waterfall} trace=${answer} />`}
    ${isGone && html`<${Empty} title=${text.goneTitle}><p>${text.gone}</p><${JaegerLink} traceId=${traceId} /></${Empty}>`}
    ${!answer && !isGone && refused && html`<p class="notice failing" role="alert">${refused.message}</p>`}
  </section>`
}

function Summary({ trace }: { readonly trace: TraceAnswer }): VNode {
  const text = useWords(words)
  const { count, latency, moment } = useFormat()
  const { traceId, service, name, startMs, durationMs, services, spans, leftOut, errors, settled } = trace
  const notes = [...(settled ? [] : [text.coming]), ...(leftOut > 0 ? [text.leftOut(count(leftOut))] : [])]
  const facts = [
    { title: text.began, value: startMs === null ? unknown : moment(startMs) },
    { title: text.duration, value: latency(durationMs === null ? null : durationMs / 1e3) },
    { title: text.errors, value: html`<span class=${errors > 0 ? 'failing-figure' : ''}>${count(errors)}</span>` },
    { title: text.spans, value: count(spans), note: notes.join(', ') },
    {
      title: text.services,
      value: services.map((one) => html`<span key=${one} class="one-of"><${Name} name=${edgeNameOf(one)} /></span>`),
    },
  ]
  return html`<h2>
      ${service === null ? text.unknownService : html`<${Name} name=${edgeNameOf(service)} />`} <small>${legible(name ?? '')}</small>
    </h2>
    <${Facts} facts=${facts} />
    <${JaegerLink} traceId=${traceId} />`
}

/** To the page of the one who keeps traces longer, where it is known. */
function JaegerLink({ traceId }: { readonly traceId: string }): VNode {
  const { jaeger } = useWords(words)
  const base = useCollector()?.links.jaeger
  return html`${
    base &&
    html`<p>
      <a href=${`${base.replace(/\/+$/, '')}/trace/${encodeURIComponent(traceId)}`} target="_blank" rel="noopener noreferrer">${jaeger}</a>
    </p>`
  }`
}

/** Who called whom; each leads to the figures of that call. */
function Calls({ calls }: Pick<TraceAnswer, 'calls'>): VNode | null {
  const text = useWords(words)
  const { count } = useFormat()
  const view = useView()
  if (calls.length === 0) return null
  return html`<h3>${text.calls}</h3>
    <ul class="trace-calls">
      ${calls.map((call) => {
        const [source, destination] = [edgeNameOf(call.source), edgeNameOf(call.destination)]
        return html`<${CallItem}
          key=${`${source} ${destination}`}
          source=${source}
          destination=${destination}
          address=${addressOf(changed(view, { tab: 'requests', path: [source, destination] }))}
          isFailing=${call.errors > 0}
          note=${text.callCount(count(call.count), call.errors)}
        />`
      })}
    </ul>`
}
