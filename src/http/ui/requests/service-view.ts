import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { Gone } from '../edge/gone.ts'
import { Trends } from '../edge/trends.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { Short } from '../over.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { useView } from '../view.ts'
import { Waiting } from '../waiting.ts'
import { Calls } from './call-table.ts'
import { hasRequests } from './totals.ts'
import { words } from './words.ts'

/** Who calls a service, whom it calls, and how that went over time. It may do but one of them. */
export function ServiceView({ source: service }: { readonly source: string }): VNode {
  const text = useWords(words)
  const view = useView()
  const made = usePolled<EdgesAnswer>(edgesPath(view, { by: 'pair', source: service, trend: true }))
  const got = usePolled<EdgesAnswer>(edgesPath(view, { by: 'pair', destination: service, trend: true }))
  if (!made.answer || !got.answer) return html`<${Waiting} refused=${made.refused ?? got.refused} />`
  const { edges: calls } = made.answer
  const { edges: callers } = got.answer
  if (calls.length + callers.length === 0) return html`<${Gone} name=${service} of="all" />`
  return html`<h2><${Name} name=${service} /></h2>
    <${Short} answer=${made.answer} />
    ${callers.length > 0 && html`<${Calls} answer=${got.answer} isOld=${got.isOld} of="sources" />`}
    ${calls.length > 0 && html`<${Calls} answer=${made.answer} isOld=${made.isOld} of="destinations" />`}
    ${
      calls.some(hasRequests)
        ? html`<${Trends} key="made" view=${view} of=${{ by: 'source', source: service }} title=${text.callsOverTime} hasRequests />`
        : callers.some(hasRequests) &&
          html`<${Trends} key="got" view=${view} of=${{ by: 'pair', destination: service }} title=${text.callersOverTime} hasRequests />`
    }`
}
