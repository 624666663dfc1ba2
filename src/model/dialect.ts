/** A mesh's own words for the same things. Source: reference of OSM, osm-edge and FSM, pkg/constants of each. */
export interface Dialect {
  readonly name: string
  /** Prefix of labels and annotations: `openservicemesh.io/metrics`. */
  readonly keyPrefix: string
  /** The pod label that says "has a sidecar". */
  readonly proxyLabel: string
  /** Names of the sidecar's container. */
  readonly containers: readonly string[]
  /** Prefix of the control plane's deployments: `osm` makes `osm-controller`. */
  readonly controlPlane: string
  /** The first words of the families that the sidecar prints. */
  readonly familyPrefix: 'envoy' | 'sidecar'
  /** Whether the metrics endpoint takes a query string. Pipy answers any with 404. */
  readonly takesQuery: boolean
}

export const dialects = {
  osm: {
    name: 'osm',
    keyPrefix: 'openservicemesh.io',
    proxyLabel: 'osm-proxy-uuid',
    containers: ['envoy'],
    controlPlane: 'osm',
    familyPrefix: 'envoy',
    takesQuery: true,
  },
  'osm-edge': {
    name: 'osm-edge',
    keyPrefix: 'openservicemesh.io',
    proxyLabel: 'osm-proxy-uuid',
    containers: ['sidecar'],
    controlPlane: 'osm',
    familyPrefix: 'sidecar',
    takesQuery: false,
  },
  fsm: {
    name: 'fsm',
    keyPrefix: 'flomesh.io',
    proxyLabel: 'fsm-proxy-uuid',
    containers: ['sidecar'],
    controlPlane: 'fsm',
    familyPrefix: 'sidecar',
    takesQuery: false,
  },
} as const satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects
