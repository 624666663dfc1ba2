import type { Labels } from '../model/labels.ts'

/** What an edge's ends are called in a table. */
export interface EdgeNames {
  readonly source: string
  readonly destination: string
}

/** An edge to the mesh's own clusters, such as osm-controller or a health check: marked with a star, so that it is not taken for traffic. */
export const isInternal = (labels: Labels): boolean => labels.destination_kind === 'internal'

/**
 * Names for outbound edges: as short as the name of a service can be read, `bookstore-v1` for `bookstore/bookstore-v1`, and in full where
 * two edges would read the same.
 */
export function edgeNames(edges: readonly { readonly labels: Labels }[]): EdgeNames[] {
  const names = edges.map(({ labels }) => ({ source: sourceName(labels, briefly), destination: destinationName(labels, briefly) }))
  const seen = Map.groupBy(names, keyOf)
  return names.map((brief, i) => {
    const labels = edges[i]?.labels ?? {}
    return seen.get(keyOf(brief))?.length === 1
      ? brief
      : { source: sourceName(labels, inFull), destination: destinationName(labels, inFull) }
  })
}

const keyOf = ({ source, destination }: EdgeNames) => JSON.stringify([source, destination])

type Placing = (place: {
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly port?: string | undefined
}) => string

const briefly: Placing = ({ namespace, name, port }) => {
  if (name === undefined) return port === undefined ? (namespace ?? '') : `:${port}`
  const evident = namespace === undefined || name === namespace || name.startsWith(`${namespace}-`)
  return evident ? name : `${namespace}/${name}`
}

const inFull: Placing = ({ namespace, name, port }) =>
  `${[namespace, name].filter((part) => part !== undefined).join('/')}${port === undefined ? '' : `:${port}`}`

/** The workload tells more than the service: two versions of one service are two workloads. */
function sourceName({ source_namespace: namespace, source_workload: workload, source_service: service }: Labels, placed: Placing): string {
  return placed({ namespace, name: workload ?? service })
}

function destinationName(labels: Labels, placed: Placing): string {
  const { destination_namespace: namespace, destination_service: name, destination_port: port } = labels
  return `${placed({ namespace, name, port })}${isInternal(labels) ? '*' : ''}`
}
