import { refusal } from '../model/address.ts'
import { defaultEndpoints } from '../model/target.ts'
import { isPath, isPort, urlOf } from './endpoint.ts'
import { hasSidecar } from './keys.ts'
import type { Pod } from './objects.ts'
import type { Circumstances, PodReasonCode } from './reasons.ts'

/** The annotations that OSM's own Prometheus goes by. Source: openservicemesh/osm charts/osm/templates/prometheus-configmap.yaml. */
const portOf = (pod: Pod, kind: Circumstances['kind']) => pod.annotations['prometheus.io/port'] || defaultEndpoints[kind].port
const pathOf = (pod: Pod, kind: Circumstances['kind']) => pod.annotations['prometheus.io/path'] || defaultEndpoints[kind].path
/** Address and port as far as the pod says them: what two pods share when one follows the other. */
export const whereOf = ({ ip, annotations }: Pod): string => `${ip} ${annotations['prometheus.io/port']}`
const urlOfPod = (pod: Pod, kind: Circumstances['kind']) =>
  urlOf({ scheme: 'http', host: pod.ip ?? '', port: portOf(pod, kind), path: pathOf(pod, kind) })

/**
 * What speaks against scraping a pod, in the order in which a person would mend it: what can never be scraped, what must be set up, what is written
 * wrongly, what only takes time.
 */
const objections: readonly (readonly [PodReasonCode, (pod: Pod, circumstances: Circumstances) => boolean])[] = [
  ['namespace_ignored', (_, { ignored, kind }) => ignored && kind === 'sidecar'],
  ['ended', ({ phase }) => phase === 'Succeeded' || phase === 'Failed'],
  ['host_network', (pod, { kind, dialect }) => kind === 'sidecar' && pod.hostNetwork && !hasSidecar(pod, dialect)],
  ['no_sidecar', (pod, { kind, dialect }) => kind === 'sidecar' && !hasSidecar(pod, dialect)],
  ['not_enabled', ({ annotations }) => annotations['prometheus.io/scrape'] === undefined],
  ['scrape_not_exactly_true', ({ annotations }) => annotations['prometheus.io/scrape'] !== 'true'],
  ['bad_port', (pod, { kind }) => !isPort(portOf(pod, kind))],
  ['bad_path', (pod, { kind }) => !isPath(pathOf(pod, kind))],
  ['not_running', ({ phase }) => phase !== 'Running'],
  ['no_ip', ({ ip }) => !ip],
  ['address_taken', (pod, { taken }) => pod.terminating && taken.has(whereOf(pod))],
  ['address_refused', (pod, { kind, allowLoopback }) => refusal(pod.ip ?? '', { allowLoopback }) !== undefined || !urlOfPod(pod, kind)],
]

export type Decision = { readonly url: URL; readonly port: string } | { readonly reason: PodReasonCode }

/**
 * Whether and where a pod is scraped. A pod that is being deleted is, as long as it runs and has an address.
 *
 * @returns the endpoint, or the one reason against: the first in the order of mending
 */
export function decide(pod: Pod, circumstances: Circumstances): Decision {
  const objection = objections.find(([, holds]) => holds(pod, circumstances))
  const url = objection ? undefined : urlOfPod(pod, circumstances.kind)
  if (!url) return { reason: objection?.[0] ?? 'address_refused' }
  return { url, port: portOf(pod, circumstances.kind) }
}
