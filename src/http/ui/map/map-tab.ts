import type { VNode } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { coveredOf } from '../covered.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Nothing } from '../nothing.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { addressOf, changed, useView, type View } from '../view.ts'
import { CallList } from './call-list.ts'
import { Canvas } from './canvas.ts'
import { curvesOf } from './curves.ts'
import { mostEdges, strongest } from './drawn.ts'
import { graphOf, type MapGraph } from './graph.ts'
import { highlightOf } from './highlight.ts'
import { keptLayout } from './kept-layout.ts'
import type { Layout } from './layout.ts'
import { Legend } from './legend.ts'
import { words } from './words.ts'

/** What of the path says that all calls are drawn. */
const allCalls = 'all'

/** Who calls whom. */
export function MapTab(): VNode | null {
  const text = useWords(words)
  const format = useFormat()
  const view = useView()
  const { answer, isOld } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'pair' }))
  const graph = useMemo(() => graphOf(answer?.edges ?? [], answer?.coveredMs ?? 0), [answer])
  const { layout, turn, arrange } = useLayout(graph, { question: isOld ? undefined : questionOf(view) })
  const curves = useMemo(() => curvesOf(layout, graph.edges), [layout, keysOf(graph)])
  const all = view.path[0] === allCalls
  const drawn = useMemo(() => (all ? graph.edges : strongest(graph)), [graph, all])
  const scene = useMemo(() => ({ graph, drawn, layout, curves }), [graph, drawn, layout, curves])
  if (!answer) return null
  if (graph.nodes.length === 0 || answer.coveredMs === 0) return html`<${Nothing} view=${view} answer=${answer} of="map" />`
  const span = format.span(coveredOf(answer))
  const highlight = highlightOf(graph, undefined, view.filters.search)
  return html`<section aria-busy=${isOld}>
    <h2>${text.title}</h2>
    <p class="map-extent">
      ${text.extent(format.count(graph.nodes.length), format.count(graph.edges.length), span)}
      ${highlight?.nodes.size === 0 && html` <strong>${text.notFound}</strong>`}
      ${graph.edges.length > mostEdges && html` <${Share} view=${view} drawn=${drawn.length} all=${graph.edges.length} />`}
    </p>
    <${Canvas} scene=${scene} view=${view} turn=${turn} onArrange=${arrange} />
    <${Legend} span=${span} />
    <p id="map-keys" class="map-keys">${text.keys}</p>
    <${CallList} edges=${graph.edges} answer=${answer} />
  </section>`
}

/** How much of it is drawn, and the way to the other half of the truth. */
function Share({ view, drawn, all }: { readonly view: View; readonly drawn: number; readonly all: number }): VNode {
  const text = useWords(words)
  const { count } = useFormat()
  const isAll = view.path[0] === allCalls
  return html`${!isAll && text.partly(count(drawn), count(all))}${' '}
    <a href=${addressOf(changed(view, { path: isAll ? [] : [allCalls] }))}>${isAll ? text.drawFew : text.drawAll}</a>`
}

/** What was asked for, but for the time: the mesh of an hour ago has its services where they are now. */
const questionOf = ({ filters: { namespace, service, internals } }: View): string => JSON.stringify([namespace, service, internals])

const keysOf = ({ nodes, edges }: MapGraph): string => [...nodes.map(({ name }) => name), ...edges.map(({ key }) => key)].join('\n')

interface Kept {
  readonly layout: Layout | undefined
  readonly question: string | undefined
  readonly turn: number
  readonly asked: number
}

/** Positions that stay as they are while the same services call each other, and for who stays when some come and go. Another question lays out anew. */
function useLayout(graph: MapGraph, { question }: { readonly question: string | undefined }) {
  const [asked, setAsked] = useState(0)
  const kept = useRef<Kept>({ layout: undefined, question, turn: 0, asked })
  const layout = useMemo(() => {
    const last = kept.current
    const isAnew = last.asked !== asked || (question !== undefined && question !== last.question)
    const names = graph.nodes.map(({ name }) => name)
    const next = keptLayout(isAnew ? undefined : last.layout, names, graph.edges)
    kept.current = { layout: next, question: question ?? last.question, turn: last.turn + Number(isAnew), asked }
    return next
  }, [keysOf(graph), question, asked])
  return { layout, turn: kept.current.turn, arrange: () => setAsked(asked + 1) }
}
