import type { Labels } from '../model/labels.ts'
import type { PodIdentity } from '../model/target.ts'
import { formOf, type KnownNames } from './known-names.ts'
import { statsWorkload } from '../model/workload.ts'

/** Whether the pod is the caller that a WASM statistic tells of. Sidecars record them on the calling side, so it nearly always is. */
export function isCaller(pod: PodIdentity, peers: Labels): boolean {
  return formOf(pod.namespace) === peers.source_namespace && formOf(pod.name) === peers.source_pod
}

/**
 * Gives the labels of a WASM statistic their real names back, as far as they are known and only one fits.
 *
 * @param caller the pod whose sidecar printed it, if it fits: it knows its own names best
 */
export function restore(peers: Labels, known: KnownNames, caller?: PodIdentity): Labels {
  return { ...peers, ...sideOf('source', peers, known), ...sideOf('destination', peers, known), ...(caller && ownNames(caller, peers)) }
}

/** The namespace first: workloads and pods have their names within it. */
function sideOf(side: 'source' | 'destination', peers: Labels, known: KnownNames): Labels {
  const form = (label: string) => peers[`${side}_${label}`] ?? ''
  const namespace = known.namespace(form('namespace'))
  if (!namespace) return {}
  const name = known.workload(namespace, form('kind'), form('name'))
  const pod = known.pod(namespace, form('pod'))
  return { [`${side}_namespace`]: namespace, ...(name && { [`${side}_name`]: name }), ...(pod && { [`${side}_pod`]: pod }) }
}

function ownNames(pod: PodIdentity, peers: Labels): Labels {
  const workload = statsWorkload(pod)
  const same = workload && workload.kind === peers.source_kind && formOf(workload.name) === peers.source_name
  return { source_namespace: pod.namespace, source_pod: pod.name, ...(same && { source_name: workload.name }) }
}
