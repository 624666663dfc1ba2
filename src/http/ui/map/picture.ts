import type { VNode } from 'preact'
import { html } from '../element.ts'
import { legible, namespaceOf, shortNameOf } from '../who.ts'
import type { Curve } from './curves.ts'
import { widthOf } from './drawn.ts'
import type { Health, MapEdge, MapNode } from './graph.ts'
import { labelLine, type LabelRoom } from './labels.ts'
import { boxHeight, boxWidth, type Point } from './layout.ts'
import { shortened } from './telling.ts'

const labelFont = 12

/** The heads of arrows, each in the colour of its line. */
export function Heads(): VNode {
  const healths: readonly Health[] = ['idle', 'fine', 'some', 'failing']
  return html`<defs>
    ${healths.map(
      (health) =>
        html`<marker
          key=${health}
          id=${`map-head-${health}`}
          class=${`map-head ${health}`}
          markerUnits="userSpaceOnUse"
          markerWidth="10"
          markerHeight="12"
          refX="1"
          refY="6"
          orient="auto"
        >
          <path d="M0,0.5L10,6L0,11.5z" />
        </marker>`,
    )}
  </defs>`
}

/** The line of a call. What carries connections alone is a double line. */
export function EdgeLine({ edge, curve }: { readonly edge: MapEdge; readonly curve: Curve }): VNode {
  const { health, carries } = edge
  return html`<path
      class=${`map-line ${health}`}
      d=${curve.path}
      stroke-width=${widthOf(edge).toFixed(1)}
      marker-end=${`url(#map-head-${health})`}
    />
    ${carries === 'connections' && html`<path class="map-core" d=${curve.path} />`}`
}

interface LabelSetting {
  readonly lines: readonly string[]
  readonly at: Point
  readonly health: Health
  /** How much larger than usual it is written. */
  readonly size: number
  /** What is kept free for it. */
  readonly room: LabelRoom
}

/** Figures on a line, one below the other; the line does not show between them. */
export function EdgeLabel({ lines, at, health, size, room: { width, height } }: LabelSetting): VNode {
  const first = at.y - ((lines.length - 1) * labelLine * size) / 2
  const ground = { x: at.x - width / 2, y: at.y - height / 2, width, height, rx: 4 * size }
  return html`${lines.length > 1 && html`<rect class="map-label-ground" ...${ground} />`}<text
      class=${`map-label ${health}`}
      style=${{ fontSize: `${labelFont * size}px` }}
    >
      ${lines.map((line, i) => html`<tspan key=${i} x=${at.x} y=${first + i * labelLine * size} dy="0.35em">${line}</tspan>`)}
    </text>`
}

interface NodeSetting {
  readonly node: MapNode
  readonly at: Point
  /** The share of errors among the calls to it, as text. */
  readonly share: string
  readonly isPointed?: boolean
}

/** A service: its name, where it is, and how many of the calls to it fail where some do. */
export function NodeBox({ node: { name, health }, at, share, isPointed = false }: NodeSetting): VNode {
  const namespace = namespaceOf(name)
  const isTroubled = health === 'some' || health === 'failing'
  return html`<g class=${`map-node ${health} ${isPointed ? 'pointed' : ''}`} transform=${`translate(${at.x} ${at.y})`}>
    <rect width=${boxWidth} height=${boxHeight} rx="6" />
    <text class="map-name" x="10" y=${namespace || isTroubled ? 19 : 27}>${shortened(legible(shortNameOf(name)))}</text>${' '}
    ${namespace && html`<text class="map-namespace" x="10" y="35">${shortened(legible(namespace))}</text>`}${' '}
    ${isTroubled && html`<text class="map-share" x=${boxWidth - 10} y="35">${share}</text>`}
  </g>`
}
