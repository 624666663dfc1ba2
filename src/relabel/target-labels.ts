import type { Labels } from '../model/labels.ts'
import type { TargetLabels } from '../model/mesh-series.ts'
import type { Target } from '../model/target.ts'
import { podWorkload } from '../model/workload.ts'

/**
 * The labels that OSM's two Prometheus jobs put on every series of a target. A plain endpoint has the labels that its source gives it
 * on what `kubernetes-pods` keeps, and the address if they do not say another `instance`.
 */
export function targetLabelsOf(target: Target): TargetLabels {
  const instance = addressOf(target.url)
  const { pod } = target
  if (!pod) {
    const kubernetesPods = wellFormed({ instance, ...target.labels })
    return { kubernetesPods, smiMetrics: { instance: kubernetesPods.instance ?? instance } }
  }
  const workload = podWorkload(pod)
  const kubernetesPods = present({
    instance,
    source_namespace: pod.namespace,
    source_pod_name: pod.name,
    source_service: pod.app,
    source_workload_kind: workload?.kind,
    source_workload_name: workload?.name,
  })
  return { kubernetesPods, smiMetrics: { instance } }
}

/** `host:port` as Prometheus writes an address: always with its port, IPv6 in brackets. */
function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
}

const present = (labels: Readonly<Record<string, string | undefined>>): Labels =>
  wellFormed(Object.fromEntries(Object.entries(labels).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '')))

/**
 * JSON and YAML can spell half of a surrogate pair, which no page can: two labels that differ in nothing else would be one series there, so they are one
 * from here on.
 */
const wellFormed = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value.toWellFormed()]))
