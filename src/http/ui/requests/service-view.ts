import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { CalledSide } from '../edge/called-side.ts'
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
  const all = usePolled<EdgesAnswer>(edgesPath(view, { by: 'edge', destination: service }))
  if (!made.answer || !got.answer || !all.answer) return html`<${Waiting} refused=${made.refused ?? got.refused ?? all.refused} />`
  const { edges: calls } = made.answer
  const { edges: callers } = got.answer
  // Who calls from outside of the mesh, as an ingress does, is in no other figure.
  const inbound = all.answer.edges.filter(({ kind }) => kind === 'inbound').filter(isUsed)
  if (calls.length + callers.length + inbound.length === 0) return html`<${Gone} name=${service} of="all" />`
  return html`<h2><${Name} name=${service} /></h2>
    <${Short} answer=${made.answer} />
    ${callers.length > 0 && html`<${Calls} answer=${got.answer} isOld=${got.isOld} of="sources" />`}
    ${inbound.length > 0 && html`<${CalledSide} title=${text.itself} inbound=${inbound} answer=${all.answer} />`}
    ${calls.length > 0 && html`<${Calls} answer=${made.answer} isOld=${made.isOld} of="destinations" />`}
    ${
      calls.some(hasRequests)
        ? html`<${Trends} key="made" view=${view} of=${{ by: 'source', source: service }} title=${text.callsOverTime} hasRequests />`
        : callers.some(hasRequests) &&
          html`<${Trends} key="got" view=${view} of=${{ by: 'pair', destination: service }} title=${text.callersOverTime} hasRequests />`
    }`
}

/** Whether anybody calls; most services could be called. */
const isUsed = ({ requests, connections }: EdgeFigures): boolean =>
  [requests?.inWindow, connections?.opened, connections?.active].some((figure) => (figure ?? 0) > 0)
