import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'
import { edgeLabels } from './queries.ts'

/** What other tools link to: these stay. */
export const uids = {
  overview: 'mesh-telemetry-overview',
  service: 'mesh-telemetry-service',
  edge: 'mesh-telemetry-edge',
  connections: 'mesh-telemetry-connections',
  collector: 'mesh-telemetry-collector',
} as const

/** By it the dashboards find each other. */
export const tag = 'mesh-telemetry'

/** A link in its usual place: the builder's own choice, a menu of its own, hides it. */
function inPlace(link: DashboardLinkBuilder): Builder<DashboardLink> {
  const { placement: _hidden, ...visible } = link.build()
  return { build: () => visible }
}

/** To the other dashboards, at the same time and with the same choices. */
export function toTheOthers(): Builder<DashboardLink> {
  const link = new DashboardLinkBuilder('Mesh dashboards').type(DashboardLinkType.Dashboards).tags([tag])
  return inPlace(link.asDropdown(true).keepTime(true).includeVars(true))
}

/** Where a link's values come from: a table's row, or the labels of a line. */
export type From = 'row' | 'line'

const value = (from: From, label: string) => (from === 'row' ? `\${__data.fields.${label}}` : `\${__field.labels.${label}}`)

function link(title: string, uid: string, variables: Readonly<Record<string, string>>): Builder<DashboardLink> {
  const pairs = Object.entries(variables).map(([name, text]) => `var-${name}=${text}`)
  const url = ['/d/', uid, '?${__url_time_range}&${datasource:queryparam}&${kinds:queryparam}&', pairs.join('&')].join('')
  return inPlace(new DashboardLinkBuilder(title).url(url))
}

/** To everything that is known of one edge. */
export const toEdge = (from: From) =>
  link('Everything about this edge', uids.edge, Object.fromEntries(edgeLabels.map((label) => [label, value(from, label)])))

/** To the service at one end of an edge. */
export function toService(from: From, end: 'source' | 'destination'): Builder<DashboardLink> {
  const title = end === 'source' ? 'The calling service' : 'The called service'
  return link(title, uids.service, { namespace: value(from, `${end}_namespace`), service: value(from, `${end}_service`) })
}
