/** What the name of an Envoy cluster says: where the requests go. */
export interface Cluster {
  readonly kind: 'service' | 'egress' | 'internal'
  /** The sidecar's own side: requests that came in. Who sent them is not known there. */
  readonly local: boolean
  readonly namespace?: string
  readonly service?: string
  readonly port?: string
}

const fixed = /^(?:(?:osm|fsm)-controller|passthrough-outbound|envoy-[^/|]+-cluster|(?:.*_)?(?:liveness|readiness|startup)_cluster)$/
const meshed = /^(?<namespace>[^/|]+)\/(?<service>[^|/]+?)(?:\|(?<port>\d+))?(?<local>\|local|-local)?$/
const serverName = /^(?<service>[^./|:]+)\.(?<namespace>[^./|:]+)\.svc(?:\.[^/|:]+)?$/
const rateLimit = /^(?<service>[^/|]+)\|(?<port>\d+)$/
const egress = /^(?<service>.+)[:_](?<port>\d+)$/

/**
 * Reads a cluster's name in every form that OSM, osm-edge and FSM give it.
 *
 * `ns/svc` up to v0.10, `ns/svc|port` since v0.11, both with `-local` or `|local` for the sidecar's own side; `svc.ns.svc…` for other
 * clusters of a multicluster mesh; `host:port` or `host_port` for HTTP egress; a bare port for TCP egress; `host|port` for a rate limit
 * service; the rest is the mesh's own. Source: openservicemesh/osm pkg/service/types.go and pkg/envoy/cds of each release.
 */
export function clusterOf(name: string): Cluster {
  if (fixed.test(name)) return { kind: 'internal', local: false, service: name }
  const service = meshed.exec(name)?.groups ?? serverName.exec(name)?.groups
  if (service) return place('service', service)
  if (/^\d+$/.test(name)) return { kind: 'egress', local: false, port: name }
  const limit = rateLimit.exec(name)?.groups
  if (limit) return place('internal', limit)
  const host = egress.exec(name)?.groups
  return host ? place('egress', host) : { kind: 'egress', local: false, service: name }
}

function place(kind: Cluster['kind'], { namespace, service, port, local }: Record<string, string | undefined>): Cluster {
  return { kind, local: local !== undefined, ...(namespace && { namespace }), ...(service && { service }), ...(port && { port }) }
}

const inMesh = /^(?<rest>.*?)(?:_(?<port>\d+))?(?<local>_local)?$/
const elsewhere = /^(?<rest>.*?)(?:_(?<port>\d+))?$/
const inServerName = /^(?<namespace>.+)_svc(?<domain>(?:_.*)?)$/

/**
 * Puts back together a cluster's name that Envoy cut at its first dot: `ns/sub` and `svc_80` are `ns/sub.svc|80`. What stood after the dot
 * comes from a family's name, where `|`, `.`, `:` and `-` are `_`. Which of them it was follows from what can stand there: names in Kubernetes have
 * dashes and no dots, host names are taken to have dots.
 */
export function rejoined(label: string, middle: string): string {
  if (label.includes('/')) {
    const { rest, port, local } = inMesh.exec(middle)?.groups ?? {}
    return `${label}.${dashed(rest)}${port ? `|${port}` : ''}${local ? '|local' : ''}`
  }
  const { rest = '', port } = elsewhere.exec(middle)?.groups ?? {}
  const server = inServerName.exec(rest)?.groups
  if (server) return `${label}.${dashed(server.namespace)}.svc${dotted(server.domain)}${port ? `|${port}` : ''}`
  return `${label}.${dotted(rest)}${port ? `_${port}` : ''}`
}

const dashed = (text = ''): string => text.replaceAll('_', '-')
const dotted = (text = ''): string => text.replaceAll('_', '.')
