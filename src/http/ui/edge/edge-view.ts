import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { edgesPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { Empty } from '../empty.ts'
import { Name } from '../name.ts'
import { Short, useAt, useOver } from '../over.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { addressOf, changed, useView, type View } from '../view.ts'
import { Waiting } from '../waiting.ts'
import { destinationOf, sourceOf } from '../who.ts'
import { Gone } from './gone.ts'
import { OwnFigures, Outcomes } from './own-figures.ts'
import { type Ends, isBetween, partiesOf } from './parties.ts'
import { Sides } from './sides.ts'
import { Trends } from './trends.ts'
import { words } from './words.ts'

/** Everything that is known of who calls whom; the view's path names the caller, then the called one. Filters but for the time mean nothing to it. */
export function EdgeView({ source, destination }: Ends): VNode {
  const view = wholeOf(useView())
  const { answer, isOld, refused } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'pair', source, destination }))
  if (!answer) return html`<${Waiting} refused=${refused} />`
  const { edges } = answer
  const found = edges.find(isBetween({ source, destination })) ?? (edges.length === 1 ? edges[0] : undefined)
  if (found) return html`<div aria-busy=${isOld}><${Known} view=${view} answer=${answer} edge=${found} /></div>`
  return edges.length > 0 ? html`<${Several} edges=${edges} />` : html`<${Gone} name=${source} of="edge" />`
}

/** An edge has its name: what else is filtered by would only hide it. */
function wholeOf({ tab, path, filters: { window, until, errorsOnly } }: View): View {
  return { tab, path, filters: { window, errorsOnly, internals: true, ...(until !== undefined && { until }) } }
}

interface KnownSetting {
  /** What is asked for; links lead on from what is shown, filters and all. */
  readonly view: View
  readonly answer: EdgesAnswer
  readonly edge: EdgeFigures
}

function Known({ view, answer, edge }: KnownSetting): VNode {
  const text = useWords(words)
  const shown = useView()
  const over = useOver(answer)
  const at = useAt(answer)
  const { labels, live, requests } = edge
  const ends = { source: sourceOf(labels), destination: destinationOf(labels) }
  // The called side does not know its callers: of it everything is asked for.
  const { answer: all } = usePolled<EdgesAnswer>(edgesPath(view, { by: 'edge', destination: ends.destination }))
  const kind = labels.destination_kind
  return html`<h2>
      <${Name} name=${ends.source} /> <span role="img" aria-label=${text.calls}>→</span> <${Name} name=${ends.destination} />
      ${(kind === 'internal' || kind === 'egress') && html`<small class="edge-kind">${text[kind]}</small>`}
    </h2>
    ${requests && kind !== 'internal' && html`<p><a href=${tracesOf(shown, labels)}>${text.tracesOf}</a></p>`}
    ${!live && html`<p class="notice">${text.notLive}</p>`}
    <${Short} answer=${answer} />
    ${!requests && html`<p>${text.noHttp}</p>`}
    <${OwnFigures} edge=${edge} over=${over} at=${at} />
    <${Trends} view=${view} of=${{ by: 'pair', ...ends }} hasRequests=${requests !== null} whole=${true} />
    <${Outcomes} edge=${edge} over=${over} />
    ${all && html`<${Sides} parties=${partiesOf(all.edges, ends)} answer=${all} />`}`
}

/** Spans tell no ports. */
function tracesOf(view: View, labels: EdgeFigures['labels']): string {
  const { destination_port: _, ...called } = labels
  return addressOf(changed(view, { tab: 'traces', path: ['from', sourceOf(labels), 'to', destinationOf(called)] }))
}

/** A name without its port may be that of several. */
function Several({ edges }: { readonly edges: readonly EdgeFigures[] }): VNode {
  const { several } = useWords(words)
  const view = useView()
  return html`<${Empty} title=${several}>
    <ul>
      ${edges.map(({ labels }) => {
        const [source, destination] = [sourceOf(labels), destinationOf(labels)]
        return html`<li key=${JSON.stringify(labels)}>
          <a href=${addressOf(changed(view, { path: [source, destination] }))}
            ><${Name} name=${source} /> → <${Name} name=${destination}
          /></a>
        </li>`
      })}
    </ul>
  </${Empty}>`
}
