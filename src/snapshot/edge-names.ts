import type { Labels } from '../model/labels.ts'
import type { EdgeCells } from './edge-cells.ts'
import type { EdgeFilter } from './reading.ts'

/** Every name by which an edge's ends are asked for. */
interface EdgeNames {
  readonly sources: ReadonlySet<string>
  readonly destinations: ReadonlySet<string>
}

/** Whether an edge is wanted: names are compared as whole texts, since what sidecars put into labels may hold any character. */
export function isWanted({ labels }: EdgeCells['edge'], { sources, destinations }: EdgeNames, filter: EdgeFilter): boolean {
  const { namespace, service, source, destination, internals = true } = filter
  return (
    (namespace === undefined || labels.source_namespace === namespace || labels.destination_namespace === namespace) &&
    (service === undefined || sources.has(service) || destinations.has(service)) &&
    (source === undefined || sources.has(source)) &&
    (destination === undefined || destinations.has(destination)) &&
    (internals || !isInternal(labels))
  )
}

/**
 * The mesh's own destinations. OSM's workbook leaves out whatever has osm-controller, passthrough-outbound or envoy- in its name, which takes users' services
 * along; which clusters are the mesh's own is known here, and the controller may be called as a service, too.
 */
const isInternal = ({ destination_kind: kind, destination_service: service, destination_workload: workload }: Labels): boolean =>
  kind === 'internal' || controllers.has(service ?? workload ?? '')
const controllers: ReadonlySet<string> = new Set(['osm-controller', 'fsm-controller'])

/**
 * The names of each edge's ends. Workload edges name no services: theirs are those whose calls the same workloads make, or whose calls they get, as outbound and
 * inbound edges tell.
 */
export function namesOf(edges: readonly EdgeCells[]): ReadonlyMap<EdgeCells, EdgeNames> {
  const [callers, called] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()]
  const names = new Map(edges.map((entry) => [entry, ownNames(entry.edge.labels)]))
  for (const [{ edge }, { sources, destinations }] of names) {
    const { labels } = edge
    const note = (known: Map<string, Set<string>>, workload: string | undefined, own: ReadonlySet<string>) =>
      workload !== undefined && known.set(workload, (known.get(workload) ?? new Set()).union(own))
    if (labels.direction === 'outbound') note(callers, workloadOf('source', labels), sources)
    if (labels.direction === 'inbound') note(called, workloadOf('destination', labels), destinations)
  }
  for (const [entry, { sources, destinations }] of names) {
    const { labels } = entry.edge
    if (labels.direction !== undefined) continue
    names.set(entry, {
      sources: sources.union(callers.get(workloadOf('source', labels) ?? '') ?? new Set()),
      destinations: destinations.union(called.get(workloadOf('destination', labels) ?? '') ?? new Set()),
    })
  }
  return names
}

function ownNames(labels: Labels): EdgeNames {
  const { destination_port: port, destination_namespace: namespace, destination_service: service } = labels
  const [source, destination] = [workloadOf('source', labels), workloadOf('destination', labels)]
  const sources = [placed(labels.source_namespace, labels.source_service), source]
  const plain = present([placed(namespace, service), destination])
  const withPort = port === undefined ? [] : (plain.length > 0 ? plain : ['']).map((name) => `${name}:${port}`) // TCP egress has nothing but a port
  return { sources: new Set(present(sources)), destinations: new Set([...plain, ...withPort]) }
}

const workloadOf = (end: 'source' | 'destination', labels: Labels) => placed(labels[`${end}_namespace`], labels[`${end}_workload`])

const placed = (namespace: string | undefined, name: string | undefined): string | undefined =>
  name === undefined || namespace === undefined ? name : `${namespace}/${name}`

const present = (names: readonly (string | undefined)[]): string[] => names.filter((name) => name !== undefined)
