import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import { switchOf } from '../discover/keys.ts'
import { type Namespace, namespaceForm, type Pod, podForm } from '../discover/objects.ts'
import { isRelative } from '../discover/reasons.ts'
import type { Dialect } from '../model/dialect.ts'
import { Problem } from '../runtime/problem.ts'
import { nearest } from '../runtime/spelling.ts'
import { meshNamespaces } from './mesh-namespaces.ts'
import type { Mesh } from './meshes.ts'
import { type AnnotationPatch, disabling, enabling } from './metrics-annotations.ts'
import { dialectToSwitch } from './metrics-conditions.ts'

/** What is asked for, of whom. */
export interface SwitchRequest {
  readonly on: boolean
  readonly meshes: readonly Mesh[]
  readonly meshName: string | undefined
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

/** One write, or in a dry run one that would be. */
export interface Change {
  /** As kubectl takes it: `pod/bookstore-v1-0 -n bookstore`. */
  readonly object: string
  readonly before: Readonly<Record<string, string>>
  readonly patch: AnnotationPatch
}

/** What became of a namespace. */
export interface Switched {
  readonly changes: readonly Change[]
  /** What a person should know, with the pods that it is about. */
  readonly notes: ReadonlyMap<string, readonly string[]>
  readonly errors: readonly Problem[]
}

/** Pods that are written at the same time. */
const atOnce = 8

/**
 * Turns the metrics of a namespace on or off as `osm metrics` does: an annotation on the namespace, which the injector obeys for pods to come, and the
 * annotations of the pods that have a sidecar already. Writes only what differs.
 *
 * @throws {Problem} where the namespace is not to be switched, or cannot be asked
 */
export async function switchNamespace(api: ClusterApi, name: string, request: SwitchRequest): Promise<Switched> {
  const path = `/api/v1/namespaces/${name}`
  const { dryRun, signal } = request
  const namespace = await api.get(path, { signal }).then(
    (object) => namespaceForm.parse(object),
    async (error: unknown) => Promise.reject(await misspelt(error, name, { api, ...request })),
  )
  const dialect = dialectToSwitch(namespace, request)
  const own = namespacePatch(namespace, dialect, request)
  const changes: Change[] = []
  if (!isEmpty(own)) {
    await api.patch(path, { metadata: { annotations: own } }, { dryRun })
    changes.push({ object: `namespace/${name}`, before: namespace.annotations, patch: own })
  }
  const wasOn = switchOf(namespace.annotations, 'metrics', 'auto') === true
  const pods = await switchPods(api, await sidecarsIn(api, { path, dialect, signal }), { ...request, wasOn })
  return { ...pods, changes: [...changes, ...pods.changes] }
}

/** The same error; where there is no such namespace, and one of a mesh is nearly called so, with that one as its remedy. */
async function misspelt(error: unknown, name: string, { api, on, signal }: SwitchRequest & { readonly api: ClusterApi }): Promise<unknown> {
  if (!(error instanceof Problem) || error.kind.code !== kubernetesProblems.kubernetes_not_found.code) return error
  const meshed = await meshNamespaces(api, signal).catch(() => []) // who may not list them is told no other name
  const meant = nearest(
    name,
    meshed.map((namespace) => namespace.name).filter((other) => !isRelative(name, other)),
  )
  if (meant === undefined) return error
  const command = on ? 'mesh-telemetry metrics enable' : 'mesh-telemetry metrics disable'
  const remedy = `Did you mean ${meant}? ${command} --namespace ${meant}`
  return new Problem({ ...error.kind, remedy }, error.message)
}

function namespacePatch({ annotations }: Namespace, { keyPrefix }: Dialect, { on }: SwitchRequest): AnnotationPatch {
  const key = `${keyPrefix}/metrics`
  const written = annotations[key]
  if (!on) return written === undefined ? {} : { [key]: null }
  return switchOf({ [key]: written ?? '' }, 'metrics', 'auto') === true ? {} : { [key]: 'enabled' }
}

async function sidecarsIn(
  api: ClusterApi,
  { path, dialect, signal }: { readonly path: string; readonly dialect: Dialect; readonly signal: AbortSignal },
): Promise<Pod[]> {
  const pods: Pod[] = []
  const take = (items: readonly unknown[], first: boolean) => {
    if (first) pods.length = 0
    for (const item of items) pods.push(podForm.parse(item))
  }
  await api.list(`${path}/pods`, take, { query: { labelSelector: dialect.proxyLabel }, signal })
  return pods
}

/** All that can be switched are, whatever happens to others; where a right is missing it is missing for all. */
async function switchPods(api: ClusterApi, pods: readonly Pod[], request: SwitchRequest & { readonly wasOn: boolean }): Promise<Switched> {
  const changes: Change[] = []
  const notes = new Map<string, string[]>()
  const errors: Problem[] = []
  const work = pods.map((pod) => ({ pod, ...(request.on ? enabling : disabling)(pod.annotations, request.wasOn) }))
  for (const { pod, note } of work) if (note !== undefined) notes.set(note, [...(notes.get(note) ?? []), pod.name])
  const writes = work.filter(({ patch }) => !isEmpty(patch))
  for (let i = 0; i < writes.length && !errors.some(meansAll); i += atOnce) {
    request.signal.throwIfAborted()
    const outcomes = await Promise.all(writes.slice(i, i + atOnce).map(({ pod, patch }) => patchPod(api, pod, patch, request)))
    for (const outcome of outcomes) {
      if (outcome instanceof Problem) errors.push(outcome)
      else if (outcome) changes.push(outcome)
    }
  }
  return { changes, notes, errors }
}

/** Nothing comes of a pod that went away meanwhile, also where another one has its name: that one was made after the namespace was written, as the injector has it. */
async function patchPod(
  api: ClusterApi,
  pod: Pod,
  patch: AnnotationPatch,
  { dryRun }: SwitchRequest,
): Promise<Change | Problem | undefined> {
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`
  try {
    await api.patch(path, { metadata: { uid: pod.uid, annotations: patch } }, { dryRun })
    return { object: `pod/${pod.name} -n ${pod.namespace}`, before: pod.annotations, patch }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (isOf(error, 'kubernetes_not_found') || (isOf(error, 'kubernetes_refused') && (await isGone(api, pod, path)))) return undefined
    return error
  }
}

/** That an object is another one by now, a server says only in words. */
async function isGone(api: ClusterApi, { uid }: Pod, path: string): Promise<boolean> {
  try {
    return podForm.parse(await api.get(path)).uid !== uid
  } catch (error) {
    return error instanceof Problem && isOf(error, 'kubernetes_not_found')
  }
}

const isOf = ({ kind }: Problem, code: keyof typeof kubernetesProblems) => kind.code === kubernetesProblems[code].code

/** Whether an error would meet every other write too. */
const meansAll = ({ kind: { code } }: Problem) =>
  ['kubernetes_forbidden', 'kubernetes_unauthorized', 'kubernetes_unreachable', 'kubernetes_timeout'].some((known) => known === code)

const isEmpty = (patch: AnnotationPatch) => Object.keys(patch).length === 0
