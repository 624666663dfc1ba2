/** A pod of the chain. Each has a loopback address of its own: its sidecar sends its spans from there and names it in them, as in a cluster. */
export interface Pod {
  readonly name: PodName
  readonly ip: string
  /** What its application calls, if anything. */
  readonly calls?: PodName
}

export type PodName = 'bookbuyer' | 'bookstore' | 'bookwarehouse'

/** In the order of the calls; namespaces and service accounts are called like the pods. */
export const pods: readonly Pod[] = [
  { name: 'bookbuyer', ip: '127.16.0.1', calls: 'bookstore' },
  { name: 'bookstore', ip: '127.16.0.2', calls: 'bookwarehouse' },
  { name: 'bookwarehouse', ip: '127.16.0.3' },
]

/** What a pod's sidecar calls itself: Envoy's --service-cluster, which becomes its spans' service, and its node id, which becomes a tag. */
export interface Naming {
  readonly service: (pod: PodName) => string
  readonly node: (pod: PodName) => string
}

/** As OSM's main branch has it: service account and namespace; the node is the proxy's UUID. Source: openservicemesh/osm pkg/injector/{envoy_container,bootstrap}.go. */
export const namedByMain: Naming = { service: (pod) => `${pod}.${pod}`, node: proxyUuid }

/**
 * As OSM 0.8 to 1.2 have it for pods without a service account of their own: the service's part for the namespace is empty, and so all pods of the mesh have one
 * name. The node is the common name of the proxy's certificate.
 */
export const namedByReleases: Naming = {
  service: () => 'default.',
  node: (pod) => `${proxyUuid(pod)}.sidecar.default.${pod}.cluster.local`,
}

/** Envoy's name for a destination as OSM gives it, `namespace/service|port`. */
export const clusterName = (destination: PodName): string => `${destination}/${destination}|14001`

function proxyUuid(pod: PodName): string {
  const number = pods.findIndex(({ name }) => name === pod) + 1
  return `9c2b7e10-0000-4000-8000-${String(number).padStart(12, '0')}`
}
