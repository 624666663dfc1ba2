import type { ExtraPod } from './extra-pods.ts'

/** What panels ask of a cluster, as Envoy prints it from its first moment on; only `rq_xx` waits for an answer. */
const counters =
  'rq_total rq_timeout rq_rx_reset rq_tx_reset rq_pending_failure_eject rq_pending_overflow cx_total cx_connect_timeout cx_tx_bytes_total cx_rx_bytes_total'.concat(
    ' cx_destroy_local_with_active_rq cx_destroy_remote_with_active_rq',
  )

const moving = /^(?:rq_total|cx_tx_bytes_total|cx_rx_bytes_total)$/
/** Of requests, answers and bytes alike. */
export const perSecond = 20

interface Peer {
  readonly namespace: string
  readonly name: string
  readonly pod: string
}

const under = (text: string) => text.replace(/[^a-zA-Z0-9_]/g, '_')
const side = (word: string, { namespace, name, pod }: Peer) =>
  `${word}_namespace_${under(namespace)}_${word}_kind_Deployment_${word}_name_${under(name)}_${word}_pod_${under(pod)}`

/**
 * A sidecar that calls one destination and never another one, with WASM statistics in the form that its Envoy has: `envoy_` in front before 1.20. Every
 * request ends with `code`.
 */
export function callerPage(
  seconds: number,
  { prefix, source, destination, code }: { prefix: string; source: Peer; destination: Peer; code: string },
): string {
  const count = Math.floor(perSecond * seconds)
  const [called, idle] = [`${destination.namespace}/${destination.name}|80`, `${destination.namespace}/never-called|80`]
  const clusters = [called, idle, 'osm-controller']
  const native = counters.split(' ').flatMap((statistic) => {
    const family = `envoy_cluster_upstream_${statistic}`
    const value = (cluster: string) => (cluster === called && moving.test(statistic) ? count : 0)
    return [`# TYPE ${family} counter`, ...clusters.map((cluster) => `${family}{envoy_cluster_name="${cluster}"} ${value(cluster)}`)]
  })
  const active = clusters.map((cluster) => `envoy_cluster_upstream_cx_active{envoy_cluster_name="${cluster}"} ${cluster === idle ? 0 : 2}`)
  const answers = `envoy_cluster_upstream_rq_xx{envoy_response_code_class="${code.charAt(0)}",envoy_cluster_name="${called}"} ${count}`
  const peers = `${side('source', source)}_${side('destination', destination)}`
  const [total, duration] = [`${prefix}response_code_${code}_${peers}_osm_request_total`, `${prefix}${peers}_osm_request_duration_ms`]
  const bucket = (le: string, value: number) => `${duration}_bucket{le="${le}"} ${value}`
  return [
    ...native,
    '# TYPE envoy_cluster_upstream_rq_xx counter',
    answers,
    `# TYPE ${total} counter`,
    `${total}{} ${count}`,
    '# TYPE envoy_cluster_upstream_cx_active gauge',
    ...active,
    '# TYPE envoy_server_live gauge',
    'envoy_server_live{} 1',
    '# TYPE envoy_server_uptime gauge',
    `envoy_server_uptime{} ${Math.floor(seconds) + 1_000}`,
    `# TYPE ${duration} histogram`,
    bucket('5', count),
    bucket('10', count),
    bucket('+Inf', count),
    `${duration}_sum{} ${count * 3}`,
    `${duration}_count{} ${count}`,
    '',
  ].join('\n')
}

/** A caller whose names all have hyphens, as nearly all names have. */
export function caller(name: string, form: { readonly prefix: string; readonly code: string }): ExtraPod & { readonly destination: Peer } {
  const source: Peer = { namespace: 'web-shop', name, pod: `${name}-5c8f7d9c6d-9mz4t` }
  const destination: Peer = { namespace: 'web-shop', name: `${name}-backend`, pod: `${name}-backend-66d5b7c9f8-kx2wp` }
  return {
    namespace: source.namespace,
    name: source.pod,
    app: name,
    kind: 'sidecar',
    destination,
    page: (seconds) => callerPage(seconds, { ...form, source, destination }),
  }
}

/** What the destination is; its own calls go to somebody whose pods nobody knows. */
export function called({ destination: source }: ReturnType<typeof caller>): ExtraPod {
  const destination: Peer = { namespace: 'elsewhere', name: `${source.name}-store`, pod: `${source.name}-store-0` }
  return {
    namespace: source.namespace,
    name: source.pod,
    app: source.name,
    kind: 'sidecar',
    page: (seconds) => callerPage(seconds, { prefix: '', source, destination, code: '200' }),
  }
}
