import type { Dialect } from '../model/dialect.ts'
import type { Labels } from '../model/labels.ts'
import type { Series } from '../model/series.ts'

/**
 * A series under the names that Envoy and OSM have for it: Pipy says `sidecar_` where Envoy says `envoy_`, and FSM says `fsm_` where OSM says
 * `osm_`.
 *
 * Pipy's class of a response code is the code divided by 100, not rounded: `2.04` is the class `2`. Source: flomesh-io/osm-edge,
 * pkg/sidecar/providers/pipy/repo/codebase.
 */
export function underOsmNames({ name, labels, type }: Series, { familyPrefix, controlPlane }: Dialect): Series {
  const renamed = controlPlane !== 'osm' && name.startsWith(`${controlPlane}_`) ? `osm_${name.slice(controlPlane.length + 1)}` : name
  if (familyPrefix === 'envoy') return { name: renamed, labels, type }
  return { name: renamed.replace(/^sidecar_/, 'envoy_'), labels: envoyLabels(labels), type }
}

function envoyLabels(labels: Labels): Labels {
  const renamed = Object.fromEntries(Object.entries(labels).map(([name, value]) => [name.replace(/^sidecar_/, 'envoy_'), value]))
  const responseClass = renamed.envoy_response_code_class
  return responseClass === undefined ? renamed : { ...renamed, envoy_response_code_class: responseClass.replace(/\..*$/, '') }
}
