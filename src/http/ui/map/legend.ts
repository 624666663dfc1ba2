import type { VNode } from 'preact'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { widthOf } from './drawn.ts'
import { failingShare } from '../failing.ts'
import type { Health, MapEdge } from './graph.ts'
import { words } from './words.ts'

const rates = [1, 10, 100, 1_000]
const healths: readonly Health[] = ['fine', 'some', 'failing', 'idle']

/** What lines mean. */
export function Legend({ span }: { readonly span: string }): VNode {
  const text = useWords(words)
  const format = useFormat()
  const meaning = { ...text.health, failing: text.health.failing(format.share(failingShare)) }
  return html`<ul class="map-legend" aria-label=${text.legend}>
    ${healths.map((health) => html`<li key=${health}><${Sample} health=${health} carries="requests" perSecond=${1} /> ${meaning[health]}</li>`)}
    <li><${Sample} health="fine" carries="connections" perSecond=${0} /> ${text.tcp}</li>
    <li class="map-rates">
      ${text.rate(span)}
      ${rates.map(
        (perSecond) =>
          html`<span key=${perSecond}
            ><${Sample} health="fine" carries="requests" perSecond=${perSecond} /> ${format.perSecond(perSecond)}</span
          >`,
      )}
    </li>
  </ul>`
}

function Sample(edge: Pick<MapEdge, 'health' | 'carries' | 'perSecond'>): VNode {
  return html`<svg class="map-sample" width="36" height="10" aria-hidden="true">
    <path class=${`map-line ${edge.health}`} d="M0,5H36" stroke-width=${widthOf(edge).toFixed(1)} />
    ${edge.carries === 'connections' && html`<path class="map-core" d="M0,5H36" />`}
  </svg>`
}
