import type { VNode } from 'preact'
import type { TracesAnswer, TraceSummary } from '../../../model/trace-figures.ts'
import { Crumbs } from '../crumbs.ts'
import { html } from '../element.ts'
import { windowMs } from '../time-range.ts'
import { Name } from '../name.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { Table } from '../table.ts'
import { addressOf, changed, type Filters, useView } from '../view.ts'
import { CallList } from './call-list.ts'
import { useCalm } from './calm.ts'
import { ChoiceBar } from './choice-bar.ts'
import { useColumns } from './trace-columns.ts'
import { errorsFirst, isChosen } from './trace-choice.ts'
import type { Chosen } from './trace-path.ts'
import { reachOf } from './trace-reach.ts'
import { NoTraces } from './traces-empty.ts'
import { tracesPath } from './traces-query.ts'
import { words } from './words.ts'

/** The last traces, those with errors first; all of them, or those with a call between two. */
export function TraceList({ chosen }: { readonly chosen: Chosen }): VNode {
  const text = useWords(words)
  const { filters } = useView()
  const { namespace, search } = filters
  const path = tracesPath(filters, chosen)
  const { answer, isOld, refused } = usePolled<TracesAnswer>(path)
  const between = betweenOf(filters)
  const latest = errorsFirst((answer?.traces ?? []).filter((trace) => isChosen(trace, { namespace, search, between })))
  const calm = useCalm(latest, isOld ? '' : JSON.stringify([path, namespace, search, between]))
  const reach = answer && reachOf(answer, filters)
  const isAll = !chosen.source && !chosen.destination
  return html`<section class="traces" aria-busy=${isOld || !(answer ?? refused)}>
    ${isAll ? html`<h2>${text.title}</h2>` : html`<${CallHeading} ...${chosen} />`}
    ${refused && html`<p class="notice failing" role="alert">${refused.message}</p>`}
    ${
      answer &&
      reach &&
      (answer.kept === 0
        ? html`<${NoTraces} kept=${0} beforeMs=${null} />`
        : html`<div ...${calm.pointed}>
            <${ChoiceBar} shown=${calm.traces.length} kept=${answer.kept} reach=${reach} arrived=${calm.arrived} onShow=${calm.show} />
            <div ...${calm.focused}>
              ${isAll && html`<${CallList} traces=${calm.traces} />`}
              <${Traces} traces=${calm.traces} kept=${answer.kept} beforeMs=${reach.beforeMs} />
            </div>
          </div>`)
    }
  </section>`
}

interface TracesSetting {
  readonly traces: readonly TraceSummary[]
  readonly kept: number
  readonly beforeMs: number | null
}

function Traces({ traces, kept, beforeMs }: TracesSetting): VNode {
  const { caption } = useWords(words)
  const longestMs = Math.max(...traces.map(({ durationMs }) => durationMs ?? 0), 0)
  const columns = useColumns(longestMs)
  if (traces.length === 0) return html`<${NoTraces} kept=${kept} beforeMs=${beforeMs} />`
  return html`<${Table}
    caption=${caption}
    columns=${columns}
    rows=${traces}
    keyOf=${({ traceId }: TraceSummary) => traceId}
    classOf=${({ errors }: TraceSummary) => (errors > 0 ? 'failing' : '')}
  />`
}

/** Begin and end of a window that lies in the past. */
function betweenOf({ until, window }: Filters): readonly [number, number] | undefined {
  const untilMs = Date.parse(until ?? '')
  return Number.isNaN(untilMs) ? undefined : [untilMs - windowMs(window), untilMs]
}

/** Where one end of a call is left open. */
const anyone = '*'

/** Whose traces are shown, the way back, and the way to the figures of the call. */
function CallHeading({ source = '', destination = '' }: Chosen): VNode {
  const text = useWords(words)
  const view = useView()
  const ends = [source || anyone, destination || anyone].join(' → ')
  const crumbs = [
    { title: text.title, path: [] },
    { title: ends, path: view.path },
  ]
  const requests = [source, destination].filter((part) => part)
  return html`<${Crumbs} crumbs=${crumbs} />
    <h2>${text.of}: <${Name} name=${source || anyone} /> → <${Name} name=${destination || anyone} /></h2>
    ${source && html`<p><a href=${addressOf(changed(view, { tab: 'requests', path: requests }))}>${text.requests}</a></p>`}`
}
