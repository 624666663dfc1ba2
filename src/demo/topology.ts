/** Who lives in the bookstore mesh and who calls whom. */

export interface Workload {
  readonly name: string
  readonly namespace: string
  readonly kind: 'Deployment' | 'StatefulSet'
  /** The service account its pods run as. */
  readonly account: string
  readonly replicas: number
  readonly port: number
  readonly calls: readonly Call[]
}

export interface Call {
  /** The workload that is called; its service has the same name. */
  readonly to: string
  readonly protocol: 'http' | 'tcp'
  /** What is asked for, where the protocol has words for it. */
  readonly method?: 'GET' | 'POST'
  readonly path?: string
  /** Calls that the workload makes of its own accord, by all its pods together. */
  readonly perSecond?: number
  /** Calls that follow from each request that a pod received. */
  readonly perRequest?: number
  readonly medianMs: number
  /** How much longer than the median the slow ones take: the standard deviation of the logarithm. */
  readonly spread: number
}

const http = { protocol: 'http', method: 'GET', path: '/buy-a-book/new', spread: 0.6 } as const

export const workloads: readonly Workload[] = [
  {
    name: 'bookbuyer',
    namespace: 'bookbuyer',
    kind: 'Deployment',
    account: 'bookbuyer',
    replicas: 2,
    port: 14001,
    calls: [
      { ...http, to: 'bookstore-v1', perSecond: 21, medianMs: 14 },
      { ...http, to: 'bookstore-v2', perSecond: 9, medianMs: 18 },
    ],
  },
  {
    name: 'bookthief',
    namespace: 'bookthief',
    kind: 'Deployment',
    account: 'default',
    replicas: 1,
    port: 14001,
    calls: [
      { ...http, to: 'bookstore-v1', path: '/books-bought?as=thief', perSecond: 8, medianMs: 15 },
      { ...http, to: 'bookstore-v2', perSecond: 4, medianMs: 19 },
    ],
  },
  bookstore('bookstore-v1', 2),
  bookstore('bookstore-v2', 1),
  {
    name: 'bookwarehouse',
    namespace: 'bookwarehouse',
    kind: 'Deployment',
    account: 'bookwarehouse',
    replicas: 1,
    port: 14001,
    calls: [{ to: 'mysql', protocol: 'tcp', perRequest: 0.8, medianMs: 2, spread: 0.4 }],
  },
  { name: 'mysql', namespace: 'bookwarehouse', kind: 'StatefulSet', account: 'mysql', replicas: 1, port: 3306, calls: [] },
]

function bookstore(name: string, replicas: number): Workload {
  const calls = [{ ...http, to: 'bookwarehouse', method: 'POST', path: '/restock-books', perRequest: 0.5, medianMs: 6 } as const]
  return { name, namespace: 'bookstore', kind: 'Deployment', account: name, replicas, port: 14001, calls }
}

/** The control plane: no sidecars, no traffic, each with a page of its own. */
export const controlPlane: readonly Workload[] = ['osm-controller', 'osm-injector', 'osm-bootstrap'].map((name) => ({
  name,
  namespace: 'osm-system',
  kind: 'Deployment',
  account: 'osm',
  replicas: 1,
  port: 9091,
  calls: [],
}))

/** Whose pods have a sidecar, each once. */
export const meshedNamespaces: readonly string[] = [...new Set(workloads.map(({ namespace }) => namespace))]

/** The name of the Envoy cluster that leads to a workload, as OSM has it since v0.11. */
export function clusterName({ namespace, name, port }: Workload): string {
  return `${namespace}/${name}|${port}`
}

/** What a caller puts into the host header to reach a workload's service. */
export function authorityOf(name: string): string {
  const { namespace, port } = workload(name)
  return `${name}.${namespace}:${port}`
}

export function workload(name: string): Workload {
  const found = workloads.find((candidate) => candidate.name === name)
  if (!found) throw new RangeError(`the mesh has no workload ${name}`)
  return found
}
