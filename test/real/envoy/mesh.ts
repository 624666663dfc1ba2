/** A pod of the bookstore mesh, each on a loopback address of its own so that every sidecar can have OSM's ports. */
export interface Pod {
  readonly name: PodName
  readonly ip: string
  readonly namespace: string
  /** What its sidecar has routes to: the destination's name is also the host that traffic is sent to. */
  readonly calls: readonly PodName[]
}

export type PodName = 'bookbuyer' | 'bookstore-v1' | 'bookstore-v2' | 'bookwarehouse'

export const pods: Readonly<Record<PodName, Pod>> = {
  bookbuyer: { name: 'bookbuyer', ip: '127.15.0.1', namespace: 'bookbuyer', calls: ['bookstore-v1', 'bookstore-v2', 'bookwarehouse'] },
  'bookstore-v1': { name: 'bookstore-v1', ip: '127.15.0.2', namespace: 'bookstore', calls: ['bookwarehouse'] },
  'bookstore-v2': { name: 'bookstore-v2', ip: '127.15.0.3', namespace: 'bookstore', calls: ['bookwarehouse'] },
  bookwarehouse: { name: 'bookwarehouse', ip: '127.15.0.4', namespace: 'bookwarehouse', calls: [] },
}

export const podNames = Object.keys(pods) as readonly PodName[]

/** OSM's ports. Sources: openservicemesh/osm pkg/constants and the bookstore demo's application port. */
export const ports = { admin: 15000, outbound: 15001, inbound: 15003, metrics: 15010, application: 14001 } as const

/** Envoy's name for a destination, `namespace/service|port`. */
export const clusterName = (destination: PodName): string => `${pods[destination].namespace}/${destination}|${ports.application}`

/** How long a sidecar waits for an answer before it says 504. */
export const routeTimeoutMs = 500
