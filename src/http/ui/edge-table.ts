import type { EdgeFigures } from '../../model/figures.ts'
import { legible } from '../../runtime/legible.ts'
import { type Html, html } from './html.ts'

const dash = '–'
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 })
const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

const rate = (value: number | undefined): string => (value === undefined ? dash : compact.format(value))
const ratio = (value: number | null | undefined): string => (typeof value === 'number' ? percent.format(value) : dash)

function latency(seconds: number | undefined): string {
  if (seconds === undefined) return dash
  return seconds < 1 ? `${digits.format(seconds * 1_000)} ms` : `${digits.format(seconds)} s`
}

/** Longer than names in a mesh are: what is cut here is no name of a mesh. */
const nameLimit = 253

const nameText = (name: string | undefined): string => (name ? legible(name, nameLimit) : '')
const joined = (parts: readonly (string | undefined)[]): string =>
  parts
    .map(nameText)
    .filter((part) => part)
    .join('/') || dash

function sourceOf({ kind, labels }: EdgeFigures): string {
  return kind === 'inbound' ? 'any caller' : joined([labels.source_namespace, labels.source_workload ?? labels.source_service])
}

function destinationOf({ labels }: EdgeFigures): string {
  const port = labels.destination_port ? `:${nameText(labels.destination_port)}` : ''
  return `${joined([labels.destination_namespace, labels.destination_service ?? labels.destination_workload])}${port}`
}

function row(edge: EdgeFigures): Html {
  const { requests, latencySeconds, connections, bytes } = edge
  const cells = [
    rate(requests?.perSecond),
    ratio(requests?.errorRatio),
    ratio(requests?.clientErrorRatio),
    latency(latencySeconds?.p50),
    latency(latencySeconds?.p90),
    latency(latencySeconds?.p99),
    connections ? `${connections.active ?? dash} / ${connections.failed}` : dash,
    rate(bytes?.sentPerSecond),
    rate(bytes?.receivedPerSecond),
  ]
  const failing = (requests?.errorRatio ?? 0) > 0 || (connections?.failed ?? 0) > 0
  return html`<tr class="${failing ? 'failing' : ''}${edge.live ? '' : ' idle'}">
    <th scope="row">${sourceOf(edge)}</th>
    <th scope="row">${destinationOf(edge)}</th>
    <td>${edge.kind}</td>
    ${cells.map((cell) => html`<td class="figure">${cell}</td>`)}
  </tr> `
}

/** Who calls whom as a table, in the order given. `window` is said where the figures are rates or shares over it. */
export function edgeTable(edges: readonly EdgeFigures[], window: string): Html {
  const over = `over ${window}`
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Source</th>
        <th scope="col">Destination</th>
        <th scope="col">Seen</th>
        <th scope="col">Requests/s<br /><small>${over}</small></th>
        <th scope="col">Errors (5xx)<br /><small>${over}</small></th>
        <th scope="col">4xx<br /><small>${over}</small></th>
        <th scope="col">p50<br /><small>${over}</small></th>
        <th scope="col">p90<br /><small>${over}</small></th>
        <th scope="col">p99<br /><small>${over}</small></th>
        <th scope="col">Connections<br /><small>active now / failed ${over}</small></th>
        <th scope="col">Bytes sent/s<br /><small>${over}</small></th>
        <th scope="col">Bytes received/s<br /><small>${over}</small></th>
      </tr>
    </thead>
    <tbody>
      ${edges.map(row)}
    </tbody>
  </table>`
}
