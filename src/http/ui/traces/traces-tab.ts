import type { VNode } from 'preact'
import { html } from '../element.ts'
import { useView } from '../view.ts'
import { TraceList } from './trace-list.ts'
import { chosenOf } from './trace-path.ts'
import { TraceView } from './trace-view.ts'

/** The last traces, those of one call, or one trace. */
export function TracesTab(): VNode {
  const chosen = chosenOf(useView().path)
  return chosen.traceId === undefined
    ? html`<${TraceList} chosen=${chosen} />`
    : html`<${TraceView} key=${chosen.traceId} traceId=${chosen.traceId} />`
}
