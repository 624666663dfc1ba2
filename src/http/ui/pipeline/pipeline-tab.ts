import type { VNode } from 'preact'
import { useCollector } from '../collector.ts'
import { html } from '../element.ts'
import { useWords } from '../setting.ts'
import { Destinations } from './destinations.ts'
import { MeshParts } from './mesh-parts.ts'
import { Receiver } from './receiver.ts'
import { Stages } from './stage-rows.ts'
import { type Text, words } from './words.ts'

/** How what is scraped and received becomes what is delivered, and how each part of that is doing. */
export function PipelineTab(): VNode | null {
  const status = useCollector()
  if (!status) return null
  return html`<${Stages} status=${status} />
    <${Destinations} status=${status} />
    <${PulledPages} />
    <${Receiver} traces=${status.traces} />
    <${MeshParts} status=${status} />`
}

const pages = { edges: 'metrics/edges', osm: 'metrics/osm', insights: 'metrics/insights', own: 'metrics' } as const

/** Addresses are relative, as all of the page's: a proxy may have put them elsewhere. */
function PulledPages(): VNode {
  const text = useWords<Text>(words)
  return html`<section class="part">
    <h2>${text.pull}</h2>
    <p class="said">${text.pullWhat}</p>
    <ul class="fold">
      ${Object.entries(pages).map(
        ([name, path]) => html`<li key=${name}><a href=${path}>/${path}</a> ${text.pages[name as keyof typeof pages]}</li>`,
      )}
    </ul>
  </section>`
}
