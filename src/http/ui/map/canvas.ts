import type { VNode } from 'preact'
import { useCallback, useMemo, useState } from 'preact/hooks'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import type { View } from '../view.ts'
import { areaOf } from './camera.ts'
import { Base, Front, type Scene } from './drawing.ts'
import type { MapGraph } from './graph.ts'
import { highlightOf, type Pointed } from './highlight.ts'
import type { Layout } from './layout.ts'
import { readableScale, useMoving } from './moving.ts'
import { Heads } from './picture.ts'
import { edgeText, nodeText, type Telling } from './telling.ts'
import { words } from './words.ts'

interface CanvasSetting {
  readonly scene: Scene
  readonly view: View
  /** Another one: the map is fitted again. */
  readonly turn: number
  readonly onArrange: () => void
}

/** The map: it can be moved and zoomed, and what is pointed at stands out. */
export function Canvas({ scene, view, turn, onArrange }: CanvasSetting): VNode {
  const text = useWords(words)
  const telling: Telling = { text, format: useFormat() }
  const { frame, ground, mover, nearer, farther } = useMoving({ layout: scene.layout, turn })
  const [pointed, setPointed] = useState<Pointed>()
  const point = useCallback((event: Event) => setPointed((last) => same(last, pointedBy(event.target))), [])
  const leave = useCallback(() => setPointed(undefined), [])
  const focus = (event: FocusEvent) => {
    const next = pointedBy(event.target)
    setPointed(next)
    if (next && isByKeys(event.target))
      mover()?.show('node' in next ? next.node : (scene.graph.edges.find(({ key }) => key === next.edge)?.destination ?? ''))
  }
  const { graph, layout } = scene
  const { search } = view.filters
  const highlight = useMemo(() => highlightOf(graph, pointed, search), [graph, pointed, search])
  const base = useMemo(() => html`<${Base} scene=${scene} view=${view} telling=${telling} />`, [scene, view, telling.text])
  const size = Math.max(1, readableScale / (mover()?.scale ?? 1))
  const told = pointed && tell(graph, pointed, telling)
  return html`<div class="map-frame">
    <div
      ref=${frame}
      class="map-canvas"
      style=${{ height: heightOf(layout) }}
      tabindex="0"
      role="group"
      aria-label=${text.map}
      aria-describedby="map-keys"
      onPointerOver=${point}
      onPointerLeave=${leave}
      onFocusIn=${focus}
      onFocusOut=${leave}
    >
      <svg ref=${ground} class="map-ground" width="100%" height="100%">
        <${Heads} />
        <g class=${highlight ? 'map-base faded' : 'map-base'}>${base}</g>
        ${highlight && html`<${Front} scene=${scene} highlight=${highlight} size=${size} telling=${telling} />`}
      </svg>
    </div>
    <div class="map-tools">
      <button type="button" aria-label=${text.nearer} title=${text.nearer} onClick=${nearer}>+</button>
      <button type="button" aria-label=${text.farther} title=${text.farther} onClick=${farther}>−</button>
      <button type="button" onClick=${() => mover()?.fit()}>${text.fit}</button>
      <button type="button" onClick=${onArrange}>${text.arrange}</button>
    </div>
    ${told && html`<p class="map-told" aria-hidden="true">${told}</p>`}
  </div>`
}

/** Most of the window for the map; the legend below is in view still. */
const heightOf = ({ boxes }: Layout): string => `clamp(max(18rem, 60vh), ${areaOf(boxes.values()).height + 180}px, 70vh)`

function pointedBy(target: EventTarget | null): Pointed | undefined {
  const { node, edge } = (target as Element | null)?.closest<SVGElement>('[data-node],[data-edge]')?.dataset ?? {}
  return node === undefined ? (edge === undefined ? undefined : { edge }) : { node }
}

/** The same object, as long as the same is pointed at: nothing is drawn anew. */
const same = (last: Pointed | undefined, next: Pointed | undefined): Pointed | undefined =>
  JSON.stringify(last) === JSON.stringify(next) ? last : next

/** What the pointer is at is in view already. */
const isByKeys = (target: EventTarget | null): boolean => (target as Element).matches(':focus-visible')

function tell(graph: MapGraph, pointed: Pointed, telling: Telling): string | undefined {
  if ('edge' in pointed) {
    const edge = graph.edges.find(({ key }) => key === pointed.edge)
    return edge && edgeText(edge, telling)
  }
  const node = graph.nodes.find(({ name }) => name === pointed.node)
  return node && nodeText(node, graph, telling)
}
