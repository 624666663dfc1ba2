import { z } from 'zod'
import type { ClusterNode } from '../model/container-use.ts'
import { dialects } from '../model/dialect.ts'
import type { InputProblem, MeshConfig } from '../model/discovered.ts'
import type { Labels } from '../model/labels.ts'
import type { PodIdentity } from '../model/target.ts'
import type { Place } from '../runtime/problem.ts'

/** What discovery reads of a namespace. `place` is where it stands, for objects from files. */
export interface Namespace {
  readonly name: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly place?: Place
}

/** What discovery reads of a pod; sources strip everything else on arrival. */
export interface Pod {
  readonly namespace: string
  readonly name: string
  /** The pod's UID; for a pod in a file that has none `namespace/name`, so that such a pod, once deleted and made anew, is taken for the old one. */
  readonly uid: string
  readonly phase: string
  readonly ip?: string
  /** The address of the other family, where it has two. */
  readonly otherIp?: string
  readonly serviceAccount?: string
  readonly hostNetwork: boolean
  readonly labels: Labels
  readonly annotations: Labels
  /** The owner reference with `controller: true`; others do not count. */
  readonly controller?: { readonly kind: string; readonly name: string }
  readonly node?: string
  /** The pod has a deletion timestamp. */
  readonly terminating: boolean
  readonly containers: readonly string[]
  /** Container ids by container name, of containers that were started. */
  readonly containerIds: Labels
  /**
   * By container name, why it does not run: `CrashLoopBackOff`, or how it ended: `Error`; containers that prepare the others included. Absent where all run
   * that should.
   */
  readonly waiting?: Labels
  /** By container name, of those that run and are not ready: `Starting` for the first time, `NotReady` after one that ended. Absent where all are. */
  readonly unready?: Labels
  readonly place?: Place
}

export interface ConfigMap {
  readonly namespace: string
  readonly name: string
  readonly data: Labels
  readonly place?: Place
  /** For values that stand in a file line by line: the file's line in which the value begins, by key. */
  readonly dataLines?: Readonly<Record<string, number>>
}

/** Everything that a source knows of the cluster. */
export interface Objects {
  readonly namespaces: readonly Namespace[]
  readonly pods: readonly Pod[]
  readonly configMaps: readonly ConfigMap[]
  /** Absent where nobody asks for them. */
  readonly nodes?: readonly ClusterNode[]
  /** Whether all pods of a namespace are known, up to now. Until then one that shows up there may have been there before. */
  readonly complete: (namespace: string) => boolean
  /** Namespaces that may exist or not: nobody may tell us. */
  readonly untold?: ReadonlySet<string>
  /** A ConfigMap that is not here may exist all the same: it may not be read. */
  readonly configMapUntold?: boolean
  readonly meshConfig?: MeshConfig
  readonly problems: readonly InputProblem[]
}

const texts = z.record(z.string(), z.string()).nullish()
const text = z.string().nullish()

const metadata = z.object({
  name: z.string().min(1),
  namespace: text,
  uid: text,
  labels: texts,
  annotations: texts,
  deletionTimestamp: text,
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() })).nullish(),
})

export const namespaceForm = z.object({ metadata }).transform(({ metadata: { name, labels, annotations } }): Namespace => ({
  name,
  labels: labels ?? {},
  annotations: annotations ?? {},
}))

export const configMapForm = z.object({ metadata, data: texts }).transform(({ metadata: { name, namespace }, data }): ConfigMap => ({
  namespace: namespace || 'default',
  name,
  data: data ?? {},
}))

const spec = z.object({
  nodeName: text,
  serviceAccountName: text,
  hostNetwork: z.boolean().nullish(),
  containers: z.array(z.object({ name: z.string() })).nullish(),
})
const terminated = z.object({ reason: text, exitCode: z.number().nullish() }).nullish()
const containerStatus = z.object({
  name: z.string(),
  containerID: text,
  ready: z.boolean().nullish(),
  state: z.object({ waiting: z.object({ reason: text }).nullish(), running: z.object({}).nullish(), terminated }).nullish(),
  lastState: z.object({ terminated }).nullish(),
})
const containerStatuses = z.array(containerStatus).nullish()
type ContainerStatus = z.output<typeof containerStatus>

/** Why a container does not run: it waits, or has ended. */
function stoppedBy({ state }: ContainerStatus): string | undefined {
  const { waiting, terminated: end } = state ?? {}
  if (waiting?.reason) return waiting.reason
  return end ? end.reason || `exit code ${end.exitCode ?? 'unknown'}` : undefined
}

/** One that prepares the others ends when all is well. */
const isDone = ({ state }: ContainerStatus) => state?.terminated?.exitCode === 0

/** A crash loop runs for a moment again and again: what ended and is not ready since does not count as one that starts. */
function unreadyFor({ ready, state, lastState }: ContainerStatus): string | undefined {
  if (ready !== false || !state?.running) return undefined
  return lastState?.terminated ? 'NotReady' : 'Starting'
}

const byContainer = (containers: readonly ContainerStatus[], of: (container: ContainerStatus) => string | undefined): Labels =>
  Object.fromEntries(
    containers.flatMap((container) => {
      const word = of(container)
      return word === undefined ? [] : [[container.name, word] as const]
    }),
  )
const status = z.object({
  phase: text,
  podIP: text,
  podIPs: z.array(z.object({ ip: text })).nullish(),
  initContainerStatuses: containerStatuses,
  containerStatuses,
})

export const podForm = z.object({ metadata, spec: spec.nullish(), status: status.nullish() }).transform((object): Pod => {
  const { name, namespace: written, uid, labels, annotations, deletionTimestamp, ownerReferences } = object.metadata
  const namespace = written || 'default'
  const controller = ownerReferences?.find((owner) => owner.controller)
  const containers = object.status?.containerStatuses ?? []
  const preparing = (object.status?.initContainerStatuses ?? []).filter((container) => !isDone(container))
  const waiting = byContainer([...preparing, ...containers], stoppedBy)
  const unready = byContainer(containers, unreadyFor)
  const otherIp = object.status?.podIPs?.find(({ ip }) => ip && ip !== object.status?.podIP)?.ip
  return {
    namespace,
    name,
    uid: uid || `${namespace}/${name}`,
    phase: object.status?.phase || 'Pending',
    ...(object.status?.podIP && { ip: object.status.podIP }),
    ...(otherIp && { otherIp }),
    ...(object.spec?.serviceAccountName && { serviceAccount: object.spec.serviceAccountName }),
    hostNetwork: object.spec?.hostNetwork ?? false,
    labels: labels ?? {},
    annotations: annotations ?? {},
    ...(controller && { controller: { kind: controller.kind, name: controller.name } }),
    ...(object.spec?.nodeName && { node: object.spec.nodeName }),
    terminating: Boolean(deletionTimestamp),
    containers: (object.spec?.containers ?? []).map((container) => container.name),
    containerIds: byContainer(containers, ({ containerID }) => containerID || undefined),
    ...(Object.keys(waiting).length > 0 && { waiting }),
    ...(Object.keys(unready).length > 0 && { unready }),
  }
})

/** Where a kubelet listens unless its node says otherwise. */
const usualKubeletPort = 10_250

const nodeStatus = z.object({
  addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish(),
  daemonEndpoints: z.object({ kubeletEndpoint: z.object({ Port: z.number() }).nullish() }).nullish(),
})

export const nodeForm = z
  .object({ metadata, status: nodeStatus.nullish() })
  .transform(({ metadata: { name }, status: said }): ClusterNode => {
    const address = said?.addresses?.find(({ type }) => type === 'InternalIP')?.address
    return { name, ...(address && { address }), kubeletPort: said?.daemonEndpoints?.kubeletEndpoint?.Port || usualKubeletPort }
  })

/** The facts of a pod that names are made of. */
export function identityOf({ namespace, name, uid, labels, controller, serviceAccount, ...pod }: Pod): PodIdentity {
  const hasEnded = pod.phase === 'Succeeded' || pod.phase === 'Failed'
  const addresses = pod.hostNetwork || hasEnded ? [] : [pod.ip, pod.otherIp].filter((ip) => ip !== undefined)
  return {
    namespace,
    name,
    uid,
    ...(labels.app && { app: labels.app }),
    ...(controller && { controller }),
    ...(serviceAccount && { serviceAccount }),
    ...(addresses.length > 0 && { addresses }),
    ...(Object.values(dialects).some(({ proxyLabel }) => labels[proxyLabel]) && { hasSidecar: true }),
  }
}
