import { address, cluster, httpFilter, listener, manager, noCircuitBreaker, route, sameProtocol } from '../envoy/bootstrap.ts'
import { clusterName, type Naming, type Pod } from './mesh.ts'

/** Where spans go: `tracing.address` and `tracing.port`, and `tracing.endpoint` of OSM's MeshConfig. */
export interface SpansTo {
  /** `127.0.0.1:9411` */
  readonly address: string
  /** `/api/v2/spans` */
  readonly path: string
}

/** Ports that are known before a sidecar starts: its application's, and the inbound one of the sidecar that it calls. */
export interface Surroundings {
  readonly applicationPort: number
  readonly upstream?: { readonly ip: string; readonly port: number }
  readonly naming: Naming
  readonly spansTo: SpansTo
}

/** Names of the listeners, as OSM has them. */
export const listeners = { inbound: 'inbound-listener', outbound: 'outbound-listener' } as const

/**
 * Envoy's bootstrap for one pod with OSM's tracing, all ports free ones. Statically what OSM sends over xDS.
 * Sources: openservicemesh/osm pkg/envoy/generator/lds/{tracing,builder}.go, pkg/envoy/generator/cds/cluster.go.
 */
export function bootstrap(pod: Pod, { applicationPort, upstream, naming, spansTo }: Surroundings) {
  const local = `${clusterName(pod.name)}|local`
  const inbound = tracedManager('inbound', spansTo.path, [{ name: 'inbound', domains: ['*'], routes: [route(local, '0s')] }])
  const outbound =
    pod.calls &&
    tracedManager('outbound', spansTo.path, [{ name: pod.calls, domains: ['*'], routes: [route(clusterName(pod.calls), '5s')] }])
  return {
    node: { id: naming.node(pod.name), cluster: naming.service(pod.name) },
    admin: { address: address(pod.ip, 0) },
    static_resources: {
      listeners: [
        listener(listeners.inbound, address(pod.ip, 0), inbound),
        ...(outbound ? [listener(listeners.outbound, address(pod.ip, 0), outbound)] : []),
      ],
      clusters: [
        tracingCluster(pod, spansTo.address),
        { ...cluster(local, address(pod.ip, applicationPort)), ...sameProtocol },
        ...(pod.calls && upstream
          ? [
              {
                ...cluster(clusterName(pod.calls), address(upstream.ip, upstream.port)),
                ...sameProtocol,
                ...noCircuitBreaker,
                ...from(pod),
              },
            ]
          : []),
      ],
    },
  }
}

function tracedManager(direction: 'inbound' | 'outbound', path: string, virtualHosts: readonly object[]) {
  const name = `rds-${direction}.14001`
  return manager({
    stat_prefix: `mesh-http-conn-manager.${name}`,
    generate_request_id: true,
    tracing: { verbose: true, provider: { name: 'envoy.tracers.zipkin', typed_config: zipkin(path) } },
    http_filters: [httpFilter('router', 'Router')],
    route_config: { name, validate_clusters: false, virtual_hosts: virtualHosts },
  })
}

const tracingClusterName = 'envoy-tracing-cluster'

const zipkin = (path: string) => ({
  '@type': 'type.googleapis.com/envoy.config.trace.v3.ZipkinConfig',
  collector_cluster: tracingClusterName,
  collector_endpoint: path,
  collector_endpoint_version: 'HTTP_JSON',
})

function tracingCluster(pod: Pod, to: string) {
  const [ip = '', port] = to.split(':')
  return {
    ...cluster(tracingClusterName, address(ip, Number(port))),
    type: 'LOGICAL_DNS',
    alt_stat_name: tracingClusterName,
    ...from(pod),
  }
}

/** Whoever is connected to sees the pod's address, as in a cluster. */
const from = ({ ip }: Pod) => ({ upstream_bind_config: { source_address: { address: ip, port_value: 0 } } })
