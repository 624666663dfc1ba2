import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { html } from '../element.ts'
import type { View } from '../view.ts'
import type { Curve } from './curves.ts'
import { byWeight, mostLabels } from './drawn.ts'
import type { MapEdge, MapGraph } from './graph.ts'
import type { Highlight } from './highlight.ts'
import { labelLine, labelPlaces, type LabelRoom } from './labels.ts'
import type { Layout, Point } from './layout.ts'
import { edgeAddress, nodeAddress } from './leads.ts'
import { EdgeLabel, EdgeLine, NodeBox } from './picture.ts'
import { edgeText, figuresOf, nodeText, type Telling } from './telling.ts'

export interface Scene {
  readonly graph: MapGraph
  /** The calls that are drawn; of others only those of what is pointed at. */
  readonly drawn: readonly MapEdge[]
  readonly layout: Layout
  readonly curves: ReadonlyMap<string, Curve>
}

/** What is there to be seen and clicked while nobody points at anything. */
export function Base({ scene, view, telling }: { readonly scene: Scene; readonly view: View; readonly telling: Telling }): VNode {
  const { graph, drawn, layout, curves } = scene
  // The keyboard would need very long to get through all lines; the list has them. Where lines are many, trouble is drawn above the rest.
  const isLarge = graph.edges.length > mostLabels
  return html`<g class=${isLarge ? 'map-many' : ''}>
      ${(isLarge ? byWeight(drawn).toReversed() : drawn).map((edge) => {
        const curve = curves.get(edge.key)
        const said = edgeText(edge, telling)
        return (
          curve &&
          html`<a
            key=${edge.key}
            class="map-edge"
            href=${edgeAddress(view, edge)}
            tabindex=${isLarge ? -1 : 0}
            aria-label=${said}
            data-edge=${edge.key}
          >
            <path class="map-reach" d=${curve.path} />
            <${EdgeLine} edge=${edge} curve=${curve} />
          </a>`
        )
      })}
    </g>
    <${Labels} edges=${isLarge ? [] : drawn} curves=${curves} boxes=${layout.boxes} size=${1} telling=${telling} />
    ${graph.nodes.map((node) => {
      const at = layout.boxes.get(node.name)
      return (
        at &&
        html`<a
          key=${node.name}
          class="map-place"
          href=${nodeAddress(view, node)}
          aria-description=${nodeText(node, graph, telling)}
          data-node=${node.name}
        >
          <${NodeBox} node=${node} at=${at} share=${telling.format.share(node.errorShare)} />
        </a>`
      )
    })}`
}

interface FrontSetting {
  readonly scene: Scene
  readonly highlight: Highlight
  /** How much larger figures are written, so that they are read on a map that is far away. */
  readonly size: number
  readonly telling: Telling
}

/** What stands out, drawn once more above the rest. Clicks go to what is below. */
export function Front({ scene, highlight, size, telling }: FrontSetting): VNode {
  const { graph, layout, curves } = scene
  const boxes = new Map(layout.boxes.entries().filter(([name]) => highlight.nodes.has(name)))
  return html`<g class="map-front" aria-hidden="true">
    ${highlight.edges.map((edge) => {
      const curve = curves.get(edge.key)
      return curve && html`<${EdgeLine} key=${edge.key} edge=${edge} curve=${curve} />`
    })}
    ${graph.nodes.map((node) => {
      const at = boxes.get(node.name)
      return (
        at &&
        html`<${NodeBox}
          key=${node.name}
          node=${node}
          at=${at}
          share=${telling.format.share(node.errorShare)}
          isPointed=${node.name === highlight.middle}
        />`
      )
    })}
    <${Labels} edges=${byWeight(highlight.edges).slice(0, mostLabels)} curves=${curves} boxes=${boxes} size=${size} telling=${telling} />
  </g>`
}

/** The room for figures must not depend on their digits: they would jump. */
const roomOf = ({ key, errorShare, carries }: MapEdge, size: number): LabelRoom => {
  const isTroubled = errorShare !== null && errorShare > 0
  return { key, width: (isTroubled || carries === 'connections' ? 100 : 50) * size, height: labelLine * (isTroubled ? 2 : 1) * size }
}

interface LabelsSetting {
  readonly edges: readonly MapEdge[]
  readonly curves: ReadonlyMap<string, Curve>
  /** What is not written upon. */
  readonly boxes: ReadonlyMap<string, Point>
  readonly size: number
  readonly telling: Telling
}

function Labels({ edges, curves, boxes, size, telling }: LabelsSetting): VNode {
  const rooms = edges.map((edge) => roomOf(edge, size))
  const places = useMemo(() => labelPlaces(rooms, curves, boxes.values()), [JSON.stringify(rooms), curves, [...boxes.keys()].join('\n')])
  return html`${edges.map((edge, i) => {
    const at = places.get(edge.key)
    const room = rooms[i]
    return (
      at &&
      html`<${EdgeLabel} key=${edge.key} lines=${figuresOf(edge, telling)} at=${at} health=${edge.health} size=${size} room=${room} />`
    )
  })}`
}
