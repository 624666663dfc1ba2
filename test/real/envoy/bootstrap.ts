import { clusterName, type Pod, pods, ports, routeTimeoutMs } from './mesh.ts'

/**
 * Envoy's bootstrap for one pod, in the shape of OSM v1.2's sidecar: the same listeners, ports, cluster names and statistics prefixes. What OSM sends
 * over xDS stands here as it is, clients address the outbound listener directly (no iptables), and the sidecars speak plain HTTP/2 to each other (no mTLS).
 * Sources: openservicemesh/osm pkg/envoy/{bootstrap,generator/lds,cds,rds}.
 */
export function bootstrap(pod: Pod) {
  const local = `${clusterName(pod.name)}|local`
  const inbound = connectionManager('inbound', [{ name: 'inbound', domains: ['*'], routes: [route(local, '0s')] }])
  const hosts = pod.calls.map((name) => ({ name, domains: [name], routes: [route(clusterName(name), `${routeTimeoutMs / 1_000}s`)] }))
  return {
    node: { id: `${pod.name}.sidecar`, cluster: `${pod.name}.${pod.namespace}` },
    admin: { address: address(pod.ip, ports.admin) },
    static_resources: {
      listeners: [
        listener('inbound-prometheus-listener', address(pod.ip, ports.metrics), metricsManager()),
        listener('inbound-listener', address(pod.ip, ports.inbound), inbound),
        ...(hosts.length > 0 ? [listener('outbound-listener', address(pod.ip, ports.outbound), connectionManager('outbound', hosts))] : []),
      ],
      clusters: [
        cluster('envoy-metrics-cluster', address(pod.ip, ports.admin)),
        { ...cluster(local, address(pod.ip, ports.application)), ...sameProtocol },
        ...pod.calls.map((name) => ({
          ...cluster(clusterName(name), address(pods[name].ip, ports.inbound)),
          ...sameProtocol,
          ...noCircuitBreaker,
        })),
      ],
    },
  }
}

const typed = (path: string, fields: object = {}) => ({ '@type': `type.googleapis.com/envoy.extensions.${path}`, ...fields })
export const address = (ip: string, port: number) => ({ socket_address: { address: ip, port_value: port } })
export const route = (name: string, timeout: string) => ({ match: { safe_regex: { regex: '.*' } }, route: { cluster: name, timeout } })
export const httpFilter = (name: string, path: string) => ({
  name: `envoy.filters.http.${name}`,
  typed_config: typed(`filters.http.${name}.v3.${path}`),
})

type Address = ReturnType<typeof address>

export const sameProtocol = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed('upstreams.http.v3.HttpProtocolOptions', {
      use_downstream_protocol_config: { http2_protocol_options: {} },
    }),
  },
}

const most = 2 ** 32 - 1
export const noCircuitBreaker = {
  circuit_breakers: {
    thresholds: [{ max_connections: most, max_pending_requests: most, max_requests: most, max_retries: most, track_remaining: true }],
  },
}

export function cluster(name: string, at: Address) {
  return {
    name,
    type: 'STATIC',
    lb_policy: 'ROUND_ROBIN',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: at } }] }] },
  }
}

export function listener(name: string, at: Address, manager: object) {
  const direction = name.startsWith('outbound') ? 'OUTBOUND' : 'INBOUND'
  return { name, traffic_direction: direction, address: at, filter_chains: [{ filters: [manager] }] }
}

export function manager(fields: object) {
  const name = 'envoy.filters.network.http_connection_manager'
  return { name, typed_config: typed('filters.network.http_connection_manager.v3.HttpConnectionManager', fields) }
}

function connectionManager(direction: 'inbound' | 'outbound', virtualHosts: readonly object[]) {
  const routes = `rds-${direction}.${ports.application}`
  return manager({
    stat_prefix: `mesh-http-conn-manager.${routes}`,
    http_filters: [httpFilter('rbac', 'RBAC'), httpFilter('router', 'Router')],
    route_config: { name: routes, validate_clusters: false, virtual_hosts: virtualHosts },
  })
}

function metricsManager() {
  const page = '/stats/prometheus'
  const routes = [{ match: { prefix: page }, route: { cluster: 'envoy-metrics-cluster', prefix_rewrite: page } }]
  return manager({
    stat_prefix: 'prometheus-http-conn-manager',
    http_filters: [httpFilter('router', 'Router')],
    route_config: { virtual_hosts: [{ name: 'prometheus-inbound-virtual-host', domains: ['*'], routes }] },
  })
}
