import type { EdgeSource } from '../model/edge.ts'
import type { TargetLabels } from '../model/mesh-series.ts'

/** The caller's side of the edges that a target's pages tell of. */
export function sourceOf({ kubernetesPods: labels }: TargetLabels): EdgeSource {
  return {
    ...(labels.source_namespace && { namespace: labels.source_namespace }),
    ...(labels.source_service && { service: labels.source_service }),
    ...(labels.source_workload_name && { workload: labels.source_workload_name }),
    ...(labels.source_workload_kind && { workloadKind: labels.source_workload_kind }),
  }
}

/** Whether pages of both lead to the same edges. */
export const sameSource = (a: TargetLabels, b: TargetLabels): boolean =>
  a === b || JSON.stringify(sourceOf(a)) === JSON.stringify(sourceOf(b))
