import { z } from 'zod'
import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import { Problem } from '../runtime/problem.ts'

/** A pod that a collector is to run in. */
export interface CollectorPod {
  readonly namespace: string
  readonly name: string
  /** Where it serves. */
  readonly port: number
  /** It answered its probes, and is not on its way out. */
  readonly ready: boolean
  /** `Running`, `Pending`, or why its container does not run: `CrashLoopBackOff`. */
  readonly state: string
}

/** As deploy/ installs it. */
const selector = 'app.kubernetes.io/name=mesh-telemetry'
const usualNamespace = 'mesh-telemetry'
const usualPort = 9464
const portName = 'http-metrics'

const container = z.object({ ports: z.array(z.object({ name: z.string().nullish(), containerPort: z.number() })).nullish() })
const status = z.object({
  phase: z.string().nullish(),
  conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
  containerStatuses: z
    .array(z.object({ state: z.object({ waiting: z.object({ reason: z.string().nullish() }).nullish() }).nullish() }))
    .nullish(),
})

const podForm = z
  .object({
    metadata: z.object({ namespace: z.string(), name: z.string(), deletionTimestamp: z.string().nullish() }),
    spec: z.object({ containers: z.array(container).nullish() }).nullish(),
    status: status.nullish(),
  })
  .transform(({ metadata: { namespace, name, deletionTimestamp }, spec, status }): CollectorPod => {
    const ports = (spec?.containers ?? []).flatMap((one) => one.ports ?? [])
    const waiting = (status?.containerStatuses ?? []).map(({ state }) => state?.waiting?.reason).find(Boolean)
    const ready = !deletionTimestamp && (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True')
    return {
      namespace,
      name,
      port: ports.find((port) => port.name === portName)?.containerPort ?? usualPort,
      ready,
      state: waiting ?? (deletionTimestamp ? 'Terminating' : (status?.phase ?? 'Pending')),
    }
  })

/** What makes the pod. */
export interface CollectorSet {
  readonly namespace: string
  readonly name: string
  readonly replicas: number
}

const setForm = z
  .object({
    metadata: z.object({ namespace: z.string(), name: z.string() }),
    spec: z.object({ replicas: z.number().nullish() }).nullish(),
  })
  .transform(({ metadata, spec }): CollectorSet => ({ ...metadata, replicas: spec?.replicas ?? 1 }))

interface Where {
  /** Absent: in all namespaces. */
  readonly namespace: string | undefined
  readonly signal: AbortSignal
}

/**
 * The pods of a cluster that a collector is to run in, those that are ready first: in all namespaces, or in one. Who may not look into all of them is shown
 * the one that deploy/ installs it into.
 *
 * @throws {Problem} of `kubernetesProblems`
 */
export async function collectorPods(api: ClusterApi, where: Where): Promise<CollectorPod[]> {
  const found = await inReach(where, (scope) => listed(api, { path: `/api/v1${scope}/pods`, form: podForm, signal: where.signal }))
  return found.toSorted((a, b) => Number(b.ready) - Number(a.ready) || (placeOf(a) < placeOf(b) ? -1 : 1))
}

/**
 * The StatefulSet of a collector, as far as whoever asks may look for one.
 *
 * @throws {Problem} of `kubernetesProblems`
 */
export async function collectorSet(api: ClusterApi, where: Where): Promise<CollectorSet | undefined> {
  try {
    const ask = (scope: string) => listed(api, { path: `/apis/apps/v1${scope}/statefulsets`, form: setForm, signal: where.signal })
    return (await inReach(where, ask))[0]
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw error
  }
}

async function inReach<T>({ namespace }: Where, look: (scope: string) => Promise<T>): Promise<T> {
  try {
    return await look(namespace === undefined ? '' : `/namespaces/${namespace}`)
  } catch (error) {
    if (!isForbidden(error) || namespace !== undefined) throw error
    return look(`/namespaces/${usualNamespace}`)
  }
}

const isForbidden = (error: unknown) => error instanceof Problem && error.kind.code === kubernetesProblems.kubernetes_forbidden.code

async function listed<T>(
  api: ClusterApi,
  { path, form, signal }: { readonly path: string; readonly form: z.ZodType<T>; readonly signal: AbortSignal },
): Promise<T[]> {
  let found: T[] = []
  const take = (items: readonly unknown[], first: boolean) => {
    found = [...(first ? [] : found), ...items.map((item) => form.parse(item))]
  }
  await api.list(path, take, { query: { labelSelector: selector }, signal })
  return found
}

/** `mesh-telemetry/mesh-telemetry-0` */
export const placeOf = ({ namespace, name }: Pick<CollectorPod, 'namespace' | 'name'>): string => `${namespace}/${name}`
