import { type Dialect, dialects } from '../model/dialect.ts'
import { defaultEndpoints } from '../model/target.ts'
import { shellWord } from '../runtime/shell.ts'
import { nearest } from '../runtime/spelling.ts'
import { meshOf, switchOf } from './keys.ts'
import type { Namespace, Pod } from './objects.ts'

/** What a pod is judged by, beside itself. */
export interface Circumstances {
  readonly kind: 'sidecar' | 'control-plane'
  readonly dialect: Dialect
  /** The pod's namespace; absent when the source knows only its pods. */
  readonly namespace?: Namespace
  readonly ignored: boolean
  readonly meshName?: string
  readonly allowLoopback: boolean
  /** Where pods are that run and stay; see `whereOf`. */
  readonly taken: ReadonlySet<string>
}

interface PodReason {
  readonly meaning: string
  readonly remedy: (pod: Pod, circumstances: Circumstances) => string
}

/** How a person names another namespace for scraping, or one less. */
interface NamingWays {
  readonly add: (namespace: string) => string
  /** How to change what the ConfigMap says, where one counts. */
  readonly edit?: string
  /** Namespaces that exist and are not named: one of them may be meant. */
  readonly others: readonly string[]
}

interface NamespaceReason {
  readonly meaning: string
  readonly remedy: (namespace: string, ways: NamingWays) => string
}

const where = ({ name, namespace }: Pod) => `${shellWord(name)} -n ${shellWord(namespace)}`

const annotate = (pod: Pod, key: string, value: string) => `kubectl annotate pod ${where(pod)} --overwrite ${key}=${value}`

const usualConfigMap = 'kube-system/container-azm-ms-osmconfig'

/**
 * Annotates the namespace, and the pods that are there.
 *
 * @param list the ConfigMap that it is to be written into, too; absent where none names the namespaces
 */
export function enableMetrics(namespace: string, list?: { readonly namespace: string; readonly name: string }): string {
  const id = list && `${list.namespace}/${list.name}`
  const flag = id === undefined ? '' : ` --configmap${id === usualConfigMap ? '' : ` ${shellWord(id)}`}`
  return `mesh-telemetry metrics enable --namespace ${shellWord(namespace)}${flag}`
}

/** Pods of a namespace mostly have the same fault: one command mends them all. It writes only pods that have a sidecar. */
function annotateOrAll(pod: Pod, kind: Circumstances['kind'], [key, value]: readonly [string, string]): string {
  const all = kind === 'sidecar' ? `, or all pods of the namespace at once: ${enableMetrics(pod.namespace)}` : ''
  return `${annotate(pod, key, value)}${all}`
}

/** ` (envoy: ImagePullBackOff)` */
function waitsFor({ waiting }: Pod): string {
  const reasons = Object.entries(waiting ?? {}).map(([container, reason]) => `${container}: ${reason}`)
  return reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
}

/** What an annotation says, cut to what a line can show. */
const said = (pod: Pod, key: string) => JSON.stringify((pod.annotations[key] ?? '').slice(0, 80))

export const podReasons = {
  namespace_ignored: {
    meaning: 'The namespace is named, and labelled to be ignored by every mesh.',
    remedy: (pod, { dialect: { keyPrefix } }) =>
      `The namespace is kept out of every mesh. Let it in: kubectl label namespace ${shellWord(pod.namespace)} ${keyPrefix}/ignore-`,
  },
  ended: {
    meaning: 'All containers of the pod have ended; what it counted is kept.',
    remedy: (pod) => `The pod has ended (${pod.phase}); there is nothing to scrape any more. Clean up: kubectl delete pod ${where(pod)}`,
  },
  host_network: {
    meaning: "The pod uses its node's network; such pods never get a sidecar.",
    remedy: (pod) => `Pods with hostNetwork: true never get a sidecar. Take hostNetwork out of the spec: ${withoutHostNetwork(pod)}`,
  },
  no_sidecar: { meaning: 'The pod has no sidecar, or none of the mesh that is looked for.', remedy: bringIntoMesh },
  not_enabled: {
    meaning: 'Metrics are not enabled: the pod lacks the annotation prometheus.io/scrape.',
    remedy: (pod, { kind }) => (kind === 'control-plane' ? annotate(pod, 'prometheus.io/scrape', 'true') : enableMetrics(pod.namespace)),
  },
  scrape_not_exactly_true: {
    meaning: 'The annotation prometheus.io/scrape is something else than exactly "true".',
    remedy: (pod) => `Only "true" counts, not ${said(pod, 'prometheus.io/scrape')}: ${annotate(pod, 'prometheus.io/scrape', 'true')}`,
  },
  bad_port: {
    meaning: 'The annotation prometheus.io/port is no port.',
    remedy: (pod, { kind }) =>
      `${said(pod, 'prometheus.io/port')} is no port from 1 to 65535: ${annotateOrAll(pod, kind, ['prometheus.io/port', defaultEndpoints[kind].port])}`,
  },
  bad_path: {
    meaning: 'The annotation prometheus.io/path is no plain absolute path: no "..", no query, no second host, no control characters.',
    remedy: (pod, { kind }) =>
      `${said(pod, 'prometheus.io/path')} is no plain absolute path: ${annotateOrAll(pod, kind, ['prometheus.io/path', defaultEndpoints[kind].path])}`,
  },
  not_running: {
    meaning: 'The pod does not run (yet).',
    remedy: (pod) =>
      `The pod is ${pod.phase}${waitsFor(pod)}; it is scraped once it runs. What holds it up: kubectl describe pod ${where(pod)}`,
  },
  no_ip: {
    meaning: 'The pod runs and has no IP address (yet).',
    remedy: (pod) => `The pod has no IP address; it is scraped once it has one. What holds it up: kubectl describe pod ${where(pod)}`,
  },
  address_taken: {
    meaning: 'The pod is being deleted, and its address belongs to another pod already.',
    remedy: (pod) => `Nothing need be done: the pod is going, and what it counted is kept. See it go: kubectl get pod ${where(pod)} -w`,
  },
  address_refused: {
    meaning: 'The address of the pod is none that a pod can have: loopback, link-local, metadata, multicast.',
    remedy: (pod) =>
      `${pod.ip} is not scraped: only a pod's own address is (scrape.allowLoopback allows loopback). See it: kubectl get pod ${where(pod)} -o wide`,
  },
} as const satisfies Record<string, PodReason>

export const namespaceReasons = {
  namespace_not_named: {
    meaning: 'The namespace is in the mesh, and nothing names it for scraping.',
    remedy: (namespace, { add }) => add(namespace),
  },
  namespace_unknown: {
    meaning: 'The namespace is named for scraping, and does not exist.',
    remedy: (namespace, { edit, others }) => {
      const strangers = others.filter((other) => !isRelative(namespace, other))
      const meant = nearest(namespace, strangers)
      const none = `There is no namespace ${namespace}`
      const make = `kubectl create namespace ${shellWord(namespace)}`
      if (meant !== undefined && edit !== undefined)
        return `${none}; did you mean ${meant}? Write that into the ConfigMap, or take ${namespace} out of it: ${edit}. Or make it: ${make}`
      return `${none}. Make it: ${make}${edit === undefined ? '' : `, or take it out of the ConfigMap: ${edit}`}`
    },
  },
} as const satisfies Record<string, NamespaceReason>

/** Whether names differ only by numbers, single letters, or by what stands after the last hyphen: `team-a` and `team-b`, `shop` and `shop-v2`. */
export const isRelative = (one: string, other: string): boolean => familyOf(one) === familyOf(other)

const familyOf = (name: string) =>
  name
    .replaceAll(/\d+/g, '0')
    .replaceAll(/(?<=^|-)[a-z](?=-|$)/g, 'x')
    .replace(/-[^-]*$/, '')

export type PodReasonCode = keyof typeof podReasons

/** Every reason with what it means, for the reference page and the metric. */
export const dropReasons: readonly { readonly code: string; readonly meaning: string }[] = Object.entries({
  ...namespaceReasons,
  ...podReasons,
}).map(([code, { meaning }]) => ({ code, meaning }))

/** A pod gets its sidecar when it is made: so first what keeps the injector away, then making the pod anew. */
function bringIntoMesh(pod: Pod, { dialect, namespace, meshName }: Circumstances): string {
  const { controlPlane: tool } = dialect
  const other = Object.values(dialects).find(({ proxyLabel }) => pod.labels[proxyLabel])
  if (other) return `The pod has a sidecar of ${other.name}; set discover.mesh.dialect to ${other.name} or auto, and restart the collector.`
  const meshFlag = meshName === undefined || meshName === tool ? '' : ` --mesh-name ${shellWord(meshName)}`
  if (namespace && meshOf(namespace, 'auto') === undefined)
    return `The namespace is not in the mesh: ${tool} namespace add ${shellWord(pod.namespace)}${meshFlag}, then ${makeAnew(pod)}`
  const joined = Object.values(dialects).find(({ keyPrefix: prefix }) => namespace?.labels[`${prefix}/monitored-by`])
  const key = `${(joined ?? dialect).keyPrefix}/sidecar-injection`
  const ofPod = switchOf(pod.annotations, 'sidecar-injection', 'auto')
  if (ofPod === false) return `The pod's annotation ${key} turns its sidecar off. ${withoutAnnotation(pod, key)}`
  // Without the annotation the injector leaves pods alone. Source: openservicemesh/osm pkg/injector/webhook.go.
  if (namespace && ofPod !== true && switchOf(namespace.annotations, 'sidecar-injection', 'auto') !== true)
    return `Sidecars are not turned on in the namespace: kubectl annotate namespace ${shellWord(pod.namespace)} --overwrite ${key}=enabled, then ${makeAnew(pod)}`
  return `The pod was made before its namespace joined the mesh; make it anew: ${makeAnew(pod)}`
}

const rolledOut = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** Who makes the pod, as `kubectl` names it: a ReplicaSet's Deployment has its name without the hash. */
function ownerOf({ controller }: Pod): string | undefined {
  if (!controller) return undefined
  const { kind, name } = controller
  const deployment = kind === 'ReplicaSet' ? /^(.*)-[^-]+$/.exec(name)?.[1] : undefined
  return deployment === undefined ? `${kind.toLowerCase()}/${name}` : `deployment/${deployment}`
}

function makeAnew(pod: Pod): string {
  const owner = ownerOf(pod)
  if (owner === undefined) return `kubectl get pod ${where(pod)} -o yaml | kubectl replace --force -f -`
  const rolls = owner.startsWith('deployment/') || rolledOut.has(pod.controller?.kind ?? '')
  return rolls ? `kubectl rollout restart ${shellWord(owner)} -n ${shellWord(pod.namespace)}` : `kubectl delete pod ${where(pod)}`
}

/** A Job's template cannot be changed. Source: kubernetes.io, "Jobs". */
function editOf(owner: string, { namespace }: Pod): string {
  const object = `${shellWord(owner)} -n ${shellWord(namespace)}`
  if (!owner.startsWith('job/')) return `kubectl edit ${object}`
  return `a Job is not changed but made anew, from its manifest or the CronJob's, once the old one is gone: kubectl delete ${object}`
}

/** The spec of a pod that is there cannot be changed; from its network, the API server has written a hostPort beside each of its ports. */
function withoutHostNetwork(pod: Pod): string {
  const owner = ownerOf(pod)
  if (owner !== undefined) return editOf(owner, pod)
  return `kubectl get pod ${where(pod)} -o yaml | sed '/^  hostNetwork: true$/d; /^ *hostPort: /d' | kubectl replace --force -f -`
}

function withoutAnnotation(pod: Pod, key: string): string {
  const owner = ownerOf(pod)
  if (owner !== undefined) return `Take it out of the pod's template: ${editOf(owner, pod)}`
  return `Take it away, and make the pod anew: kubectl annotate pod ${where(pod)} ${key}- && ${makeAnew(pod)}`
}
