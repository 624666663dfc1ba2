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

const form = z
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

/**
 * The pods of a cluster that a collector is to run in, those that are ready first: in all namespaces, or in one. Who may not look into all of them is shown
 * the one that deploy/ installs it into.
 *
 * @throws {Problem} of `kubernetesProblems`
 */
export async function collectorPods(
  api: ClusterApi,
  { namespace, signal }: { readonly namespace: string | undefined; readonly signal: AbortSignal },
): Promise<CollectorPod[]> {
  try {
    return await podsAt(api, namespace === undefined ? '/api/v1/pods' : pathIn(namespace), signal)
  } catch (error) {
    const forbidden = error instanceof Problem && error.kind.code === kubernetesProblems.kubernetes_forbidden.code
    if (!forbidden || namespace !== undefined) throw error
    return podsAt(api, pathIn(usualNamespace), signal)
  }
}

const pathIn = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`

async function podsAt(api: ClusterApi, path: string, signal: AbortSignal): Promise<CollectorPod[]> {
  let found: CollectorPod[] = []
  const take = (items: readonly unknown[], first: boolean) => {
    found = [...(first ? [] : found), ...items.map((item) => form.parse(item))]
  }
  await api.list(path, take, { query: { labelSelector: selector }, signal })
  return found.toSorted((a, b) => Number(b.ready) - Number(a.ready) || (placeOf(a) < placeOf(b) ? -1 : 1))
}

/** `mesh-telemetry/mesh-telemetry-0` */
export const placeOf = ({ namespace, name }: Pick<CollectorPod, 'namespace' | 'name'>): string => `${namespace}/${name}`
