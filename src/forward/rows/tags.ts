import type { Labels } from '../../model/labels.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { RowsOptions } from './options.ts'

/** What all rows of one target have in common, beside the time. */
export interface TargetTags extends Labels {
  readonly app: string
  readonly namespace: string
  readonly pod_name: string
}

/** Who called, in words that are never empty: the workbook finds nothing of a row without one of them. */
export function targetTags({ target, targetLabels: { kubernetesPods: labels } }: Pick<Sheet, 'target' | 'targetLabels'>): TargetTags {
  const instance = labels.instance ?? target.url.host
  const app = labels.source_service || labels.app || labels.source_workload_name || instance
  return {
    app,
    namespace: labels.source_namespace || labels.namespace || 'unknown',
    pod_name: labels.source_pod_name || labels.pod_name || instance,
  }
}

/** Which workload called: it stands in the place of its pods, and a pod that nobody owns for itself. */
export function workloadTags(sheet: Pick<Sheet, 'target' | 'targetLabels'>): TargetTags {
  const { pod_name, ...rest } = targetTags(sheet)
  return { ...rest, pod_name: sheet.targetLabels.kubernetesPods.source_workload_name || pod_name }
}

/** Whether it is a pod that nobody owns: its rows are called the same, full or compact. */
export const isOwnWorkload = (sheet: Pick<Sheet, 'target' | 'targetLabels'>): boolean =>
  workloadTags(sheet).pod_name === targetTags(sheet).pod_name

/** The tags that Azure's agent puts on every row of a cluster; none where nobody said which it is. */
export function clusterTags({ clusterId, clusterName }: Pick<RowsOptions, 'clusterId' | 'clusterName'>): Labels {
  const name = clusterName ?? clusterId?.split('/').at(-1)
  return {
    ...(clusterId && { 'container.azm.ms/clusterId': clusterId }),
    ...(name && { 'container.azm.ms/clusterName': name }),
  }
}
