import type { DestinationFigures } from '../../model/figures.ts'
import { durationText } from '../../runtime/units.ts'
import { type Html, html } from './html.ts'

const whole = new Intl.NumberFormat('en')
const size = new Intl.NumberFormat('en', {
  notation: 'compact',
  maximumSignificantDigits: 3,
  style: 'unit',
  unit: 'byte',
  unitDisplay: 'narrow',
})

/** Where rows and spans are sent, and how that goes, in words; nothing where none are. `nowMs` is the moment that the page shows. */
export function destinationTable(destinations: readonly DestinationFigures[], nowMs: number): readonly Html[] {
  if (destinations.length === 0) return []
  return [
    html`<h2>Where it is sent</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Destination</th>
            <th scope="col">Arrived<br /><small>since the collector runs</small></th>
            <th scope="col">Waits</th>
            <th scope="col">Lost<br /><small>since the collector runs</small></th>
            <th scope="col">Last error</th>
          </tr>
        </thead>
        <tbody>
          ${destinations.map((figures) => row(figures, nowMs))}
        </tbody>
      </table>`,
  ]
}

function row({ name, sent, sentMs, queued, lagSeconds, dropped, error }: DestinationFigures, nowMs: number): Html {
  const arrived = sentMs === null ? 'nothing yet' : `${whole.format(sent)}, the last ${seconds(nowMs - sentMs)} ago`
  const waits =
    queued.count === 0
      ? 'nothing'
      : `${whole.format(queued.count)} (${size.format(queued.bytes)}), the oldest for ${seconds((lagSeconds ?? 0) * 1e3)}`
  const lost = Object.entries(dropped).map(([reason, count]) => `${whole.format(count)} ${reason}`)
  return html`<tr class="${error ? 'failing' : ''}">
    <th scope="row">${name}</th>
    <td>${arrived}</td>
    <td>${waits}</td>
    <td>${lost.join(', ') || 'nothing'}</td>
    <td>${error ? html`<strong>${error.message}</strong> ${error.remedy}` : 'none: it takes what is sent'}</td>
  </tr> `
}

const seconds = (ms: number): string => durationText(Math.max(0, Math.round(ms / 1e3)) * 1e3)
