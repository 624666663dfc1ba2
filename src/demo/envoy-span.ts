import type { Pod } from './pod.ts'
import { authorityOf, type Call } from './topology.ts'

/** What a request carries in its headers `x-b3-*` and `x-request-id`, and every application here passes on. Source: openzipkin/b3-propagation. */
export interface TraceHeaders {
  readonly traceId: string
  readonly spanId: string
  /** Absent where the trace begins. */
  readonly parentId?: string
  readonly requestId: string
}

/** One request, as one of the two sidecars on its way sees it. */
export interface Seen {
  readonly by: Pod
  readonly side: 'CLIENT' | 'SERVER'
  readonly headers: TraceHeaders
  /** The pod that called: on both sides it is the peer that the sidecar got the request from. */
  readonly caller: Pod
  readonly call: Call
  readonly cluster: string
  /** Microseconds since the epoch. */
  readonly beganUs: number
  readonly tookUs: number
  /** `0` where the sidecar had none to tell. */
  readonly code: string
  /** Envoy's response flags, `-` where nothing was out of the ordinary. */
  readonly flags: string
  /** How far it came: it was answered, nothing came back, or it never left the sidecar. */
  readonly reach: 'answered' | 'sent' | 'kept'
  readonly sizes: { readonly request: number; readonly response: number }
}

/**
 * One span as Envoy writes it, verbose and with ids shared between caller and called, which is what OSM sets. Sources: envoyproxy/envoy
 * source/extensions/tracers/zipkin, source/common/tracing/http_tracer_impl.cc; openservicemesh/osm pkg/envoy/generator/lds/tracing.go; spans of Envoy 1.40.
 */
export function envoySpan(seen: Seen): string {
  const { by, side, headers, beganUs, tookUs } = seen
  return JSON.stringify({
    traceId: headers.traceId,
    id: headers.spanId,
    ...(headers.parentId !== undefined && { parentId: headers.parentId }),
    name: authorityOf(seen.call.to),
    kind: side,
    timestamp: beganUs,
    duration: tookUs,
    // Envoy says so of every span that it ends on the called side, whether a caller's span shares the id or not.
    ...(side === 'SERVER' && { shared: true }),
    localEndpoint: { serviceName: by.serviceName, ipv4: by.address?.host, port: 0 },
    annotations: annotationsOf(seen),
    tags: tagsOf(seen),
  })
}

const received = ['first_upstream_rx_byte_received', 'last_upstream_rx_byte_received', 'first_downstream_tx_byte_sent'] as const

function annotationsOf({ side, reach, beganUs, tookUs }: Seen): object[] {
  const at = (value: string, share: number) => ({ timestamp: beganUs + Math.round(tookUs * share), value })
  return [
    at('last_downstream_rx_byte_received', 0.001),
    ...(reach === 'kept' ? [] : [at('first_upstream_tx_byte_sent', 0.02), at('last_upstream_tx_byte_sent', 0.02)]),
    ...(reach === 'answered' ? received : received.slice(2)).map((value) => at(value, 0.98)),
    at('last_downstream_tx_byte_sent', 0.99),
    at(side === 'CLIENT' ? 'cr' : 'ss', 1),
  ]
}

function tagsOf({ by, caller, call, headers, cluster, code, flags, sizes }: Seen): object {
  return {
    'guid:x-request-id': headers.requestId,
    'http.url': `http://${authorityOf(call.to)}${call.path ?? '/'}`,
    'http.method': call.method,
    downstream_cluster: '-',
    user_agent: 'Go-http-client/1.1',
    'http.protocol': 'HTTP/1.1',
    'peer.address': caller.address?.host,
    request_size: String(sizes.request),
    response_size: String(sizes.response),
    component: 'proxy',
    upstream_cluster: cluster,
    'upstream_cluster.name': cluster,
    'http.status_code': code,
    response_flags: flags,
    ...((code === '0' || code.startsWith('5')) && { error: 'true' }),
    node_id: by.nodeId,
  }
}
