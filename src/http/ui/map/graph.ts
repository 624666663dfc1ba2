import type { EdgeFigures } from '../../../model/figures.ts'
import { failingShare } from '../failing.ts'
import { calledServiceOf, destinationOf, sourceOf } from '../who.ts'

/** How calls fare; `idle` where none was made in the window. */
export type Health = 'idle' | 'fine' | 'some' | 'failing'

/** One who calls, is called, or both. */
export interface MapNode {
  /** As in `NAMESPACE/NAME`. */
  readonly name: string
  readonly isCaller: boolean
  /** Of its calls, or of the calls to it where it makes none. */
  readonly carries: 'requests' | 'connections'
  /** Share of errors among the requests to it, or of failed connections where it gets no requests; null where nobody calls. */
  readonly errorShare: number | null
  readonly health: Health
}

/** Who calls whom at which port. */
export interface MapEdge {
  /** The same as long as caller and called are. */
  readonly key: string
  readonly source: string
  /** The node called. */
  readonly destination: string
  /** The node with its port, as the API takes it. */
  readonly called: string
  readonly carries: 'requests' | 'connections'
  /** Requests, or connections opened. */
  readonly perSecond: number
  readonly errorShare: number | null
  /** Sent and received. */
  readonly bytesPerSecond: number | null
  readonly health: Health
}

export interface MapGraph {
  readonly nodes: readonly MapNode[]
  readonly edges: readonly MapEdge[]
}

/** An edge with what a node sums up of it. */
interface Call {
  readonly edge: MapEdge
  readonly count: number
  readonly errors: number
}

/**
 * The graph of calls, in the order of names.
 *
 * @param pairs outbound edges, summed by pair
 * @param coveredMs what the figures in the window were counted over
 */
export function graphOf(pairs: readonly EdgeFigures[], coveredMs: number): MapGraph {
  const calls = pairs
    .filter(isUsed)
    .map((pair) => callOf(pair, coveredMs))
    .filter(({ edge }) => edge.source !== '' && edge.destination !== '')
    .toSorted((a, b) => compared(a.edge.key, b.edge.key))
  const names = [...new Set(calls.flatMap(({ edge }) => [edge.source, edge.destination]))].sort(compared)
  const made = Map.groupBy(calls, ({ edge }) => edge.source)
  const received = Map.groupBy(calls, ({ edge }) => edge.destination)
  return {
    nodes: names.map((name) => nodeOf(name, made.get(name) ?? [], received.get(name) ?? [])),
    edges: distinct(calls.map(({ edge }) => edge)),
  }
}

/** The order must not depend on the reader's language. */
const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Something happened, or may happen any moment since it did before. */
function isUsed({ live, requests, connections }: EdgeFigures): boolean {
  if ((requests?.inWindow ?? 0) > 0 || (connections?.opened ?? 0) > 0 || (connections?.active ?? 0) > 0) return true
  return live && ((requests?.total ?? 0) > 0 || (connections?.openedTotal ?? 0) > 0)
}

function callOf({ labels, requests, connections, bytes }: EdgeFigures, coveredMs: number): Call {
  const [source, destination, called] = [sourceOf(labels), calledServiceOf(labels), destinationOf(labels)]
  const opened = connections?.opened ?? 0
  const count = requests ? requests.inWindow : opened
  const errors = requests ? count * (requests.errorRatio ?? 0) : Math.min(connections?.failed ?? 0, opened)
  const errorShare = shareOf(errors, count)
  const isOpen = !requests && (connections?.active ?? 0) > 0
  const edge: MapEdge = {
    key: [source, called, labels.destination_kind ?? ''].join(' '),
    source,
    destination,
    called,
    carries: requests ? 'requests' : 'connections',
    perSecond: requests?.perSecond ?? (coveredMs > 0 ? opened / (coveredMs / 1e3) : 0),
    errorShare,
    bytesPerSecond: bytes && bytes.sentPerSecond + bytes.receivedPerSecond,
    health: isOpen && errorShare === null ? 'fine' : healthOf(errorShare),
  }
  return { edge, count, errors }
}

const shareOf = (errors: number, count: number): number | null => (count > 0 ? errors / count : null)

function healthOf(errorShare: number | null): Health {
  if (errorShare === null) return 'idle'
  return errorShare >= failingShare ? 'failing' : errorShare > 0 ? 'some' : 'fine'
}

/** Requests and connections are never added: who gets requests is judged by them. */
function nodeOf(name: string, made: readonly Call[], received: readonly Call[]): MapNode {
  const requests = received.filter(({ edge }) => edge.carries === 'requests')
  const judged = requests.length > 0 ? requests : received
  const errorShare = shareOf(
    judged.reduce((sum, { errors }) => sum + errors, 0),
    judged.reduce((sum, { count }) => sum + count, 0),
  )
  const isCaller = made.length > 0
  const carries = (isCaller ? made : received).some(({ edge }) => edge.carries === 'requests') ? 'requests' : 'connections'
  return { name, isCaller, carries, errorShare, health: healthOf(errorShare) }
}

/** A service and a workload may have one name: then both are drawn. */
function distinct(edges: readonly MapEdge[]): readonly MapEdge[] {
  const counts = new Map<string, number>()
  return edges.map((edge) => {
    const count = (counts.get(edge.key) ?? 0) + 1
    counts.set(edge.key, count)
    return count === 1 ? edge : { ...edge, key: `${edge.key} ${count}` }
  })
}
