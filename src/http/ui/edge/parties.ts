import type { EdgeFigures, TargetsAnswer } from '../../../model/figures.ts'
import { destinationOf, sourceOf } from '../who.ts'

/** Who stands at the ends of an edge: an answer of all edges of one called service, and the pods that are scraped, taken apart. */

type Target = TargetsAnswer['targets'][number]
type Labels = Readonly<Record<string, string>>

export interface Ends {
  readonly source: string
  readonly destination: string
}

export interface Parties {
  /** What the called side's own sidecars count, by workload: of all callers. */
  readonly inbound: readonly EdgeFigures[]
  /** Between the workloads of both sides, where WASM statistics tell. */
  readonly workloads: readonly EdgeFigures[]
  /** The edges that are summed: one for each workload that calls. */
  readonly callers: readonly EdgeFigures[]
}

/** Whether an edge, or a sum of edges, is the one between these. */
export const isBetween =
  ({ source, destination }: Ends) =>
  ({ labels }: { readonly labels: Labels }): boolean =>
    sourceOf(labels) === source && destinationOf(labels) === destination

const callingWorkload = (labels: Labels): string => `${labels.source_namespace ?? ''}/${labels.source_workload ?? ''}`

/** @param edges every edge, of any kind, of the called one */
export function partiesOf(edges: readonly EdgeFigures[], ends: Ends): Parties {
  const callers = edges.filter((edge) => edge.kind === 'outbound' && isBetween(ends)(edge))
  const calling = new Set(callers.map(({ labels }) => callingWorkload(labels)))
  return {
    callers,
    inbound: edges.filter(({ kind }) => kind === 'inbound'),
    workloads: edges.filter(({ kind, labels }) => kind === 'workload' && calling.has(callingWorkload(labels))),
  }
}

export interface Pod {
  readonly side: 'calls' | 'called'
  readonly target: Target
}

/** The scraped pods of both sides. A pod may stand on both. */
export function podsOf(targets: readonly Target[], { callers, inbound }: Parties): readonly Pod[] {
  const calling = callers.map(({ labels }) => ({
    namespace: labels.source_namespace,
    service: labels.source_service,
    workload: labels.source_workload,
  }))
  const called = inbound.concat(callers).map(({ labels }) => ({
    namespace: labels.destination_namespace,
    service: labels.destination_service,
    workload: labels.destination_workload,
  }))
  const pods = targets.filter(({ kind }) => kind === 'sidecar')
  const of = (side: Pod['side'], parties: readonly Party[]) =>
    pods.filter((target) => parties.some((party) => isOf(target, party))).map((target) => ({ side, target }))
  return [...of('calls', calling), ...of('called', called)]
}

interface Party {
  readonly namespace: string | undefined
  readonly service: string | undefined
  readonly workload: string | undefined
}

/** By its workload where that is known: pods of several workloads may have one service, and one service several names. */
function isOf({ namespace, workload, labels }: Target, party: Party): boolean {
  if ((labels.source_namespace ?? namespace ?? undefined) !== party.namespace) return false
  if (party.workload !== undefined) return (labels.source_workload_name ?? workload) === party.workload
  return party.service !== undefined && labels.source_service === party.service
}
