import type { Cluster } from './cluster.ts'
import type { Labels } from './labels.ts'

/** The caller's side of an edge: what a target's own labels say. */
export interface EdgeSource {
  readonly namespace?: string
  readonly service?: string
  readonly workload?: string
  readonly workloadKind?: string
}

const present = (labels: Readonly<Record<string, string | undefined>>): Labels =>
  Object.fromEntries(Object.entries(labels).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''))

/**
 * Who called whom, as the labels of `/metrics/edges`. Outbound names both ends. Inbound has no source (`|local`: the caller is not known
 * there) and carries the pod's own workload as the destination's.
 */
export function edgeLabels(source: EdgeSource, cluster: Cluster): Labels {
  const destination = {
    destination_namespace: cluster.namespace,
    destination_service: cluster.service,
    destination_port: cluster.port,
    destination_kind: cluster.kind,
  }
  if (cluster.local)
    return present({
      direction: 'inbound',
      ...destination,
      destination_workload: source.workload,
      destination_workload_kind: source.workloadKind,
    })
  return present({
    direction: 'outbound',
    source_namespace: source.namespace,
    source_service: source.service,
    source_workload: source.workload,
    source_workload_kind: source.workloadKind,
    ...destination,
  })
}

/** Workload to workload, from the labels of a WASM statistic. The callers' pods are summed. */
export function workloadLabels(labels: Labels): Labels {
  return present({
    source_namespace: labels.source_namespace,
    source_workload: labels.source_name,
    source_workload_kind: labels.source_kind,
    destination_namespace: labels.destination_namespace,
    destination_workload: labels.destination_name,
    destination_workload_kind: labels.destination_kind,
  })
}
