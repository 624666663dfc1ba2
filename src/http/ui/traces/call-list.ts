import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { TraceSummary } from '../../../model/trace-figures.ts'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { addressOf, changed, useView } from '../view.ts'
import { CallItem } from './call-item.ts'
import { callsIn } from './trace-calls.ts'
import { pathOfCall } from './trace-path.ts'
import { words } from './words.ts'

/** As many calls are listed before somebody asks for more. */
const firstCalls = 6

/** Who calls whom in the traces; each leads to those with that call. */
export function CallList({ traces }: { readonly traces: readonly TraceSummary[] }): VNode | null {
  const text = useWords(words)
  const { count } = useFormat()
  const view = useView()
  const [isWhole, setWhole] = useState(false)
  const calls = callsIn(traces)
  const shown = isWhole ? calls : calls.slice(0, firstCalls)
  const rest = calls.length - shown.length
  if (calls.length === 0) return null
  return html`<h3>${text.byCall}</h3>
    <ul class="trace-calls">
      ${shown.map(
        ({ source, destination, traces: found, failed }) =>
          html`<${CallItem}
            key=${`${source} ${destination}`}
            source=${source}
            destination=${destination}
            address=${addressOf(changed(view, { path: pathOfCall(source, destination) }))}
            isFailing=${failed > 0}
            note=${text.callTraces(count(found), failed)}
          />`,
      )}
    </ul>
    ${rest > 0 && html`<button type="button" onClick=${() => setWhole(true)}>${text.moreCalls(rest)}</button>`}`
}
