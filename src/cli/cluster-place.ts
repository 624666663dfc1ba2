import type { ClusterApi, Forwarding, LocalPort } from '../discover/kubernetes/cluster-api.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import { Problem } from '../runtime/problem.ts'
import { shellWord } from '../runtime/shell.ts'
import { CollectorClient } from './collector-client.ts'
import { type CollectorPod, collectorPods, type CollectorSet, collectorSet, placeOf } from './collector-pod.ts'
import type { Context } from './context.ts'
import { rightToForward } from './port-forward-right.ts'
import { remark } from './remarks.ts'

/** A collector that answers. */
export interface CollectorPlace {
  readonly kind: 'collector'
  readonly client: CollectorClient
  /** `the collector at http://127.0.0.1:9464` */
  readonly title: string
  /** Where a Prometheus beside it finds it: `mesh-telemetry.mesh-telemetry.svc:9464`. */
  readonly address: string
  /** How to read its log. */
  readonly log: string
  /** Absent where no port-forward leads there. */
  readonly tunnel?: Pick<Forwarding, 'refused'>
  close(): Promise<void>
}

/** A cluster whose collector does not answer, or that has none. */
export interface ClusterPlace {
  readonly kind: 'cluster'
  readonly api: ClusterApi
  /** `the cluster of the context "test"` */
  readonly title: string
  readonly lack: Lack
  close(): Promise<void>
}

/** Why no collector of a cluster can be asked, and what to do about it. */
export interface Lack {
  /** `hidden`: it cannot be seen from here, for want of a right or of a way, so that there may be one that works. */
  readonly reason: 'none' | 'silent' | 'hidden'
  /** Part of a sentence: `no collector is installed in it`. */
  readonly what: string
  readonly remedy: string
}

export type Place = CollectorPlace | ClusterPlace

/** What a command was told about the collector in a cluster. */
export interface ClusterPlaceChoice {
  readonly tokenFile: string | undefined
  readonly collectorNamespace: string | undefined
  /** The port of this machine that leads to the collector; else any free one. */
  readonly localPort?: LocalPort | undefined
}

/** The collector in a cluster through a port-forward; else the cluster itself, with the reason. @throws {Problem} of `kubernetesProblems` */
export async function placeIn(api: ClusterApi, choice: ClusterPlaceChoice, context: Context): Promise<Place> {
  const title = api.context === undefined ? `the cluster at ${api.server}` : `the cluster of the context "${api.context}"`
  const lacking = (lack: Lack): ClusterPlace => ({ kind: 'cluster', api, title, lack, close: () => api.close() })
  const where = { namespace: choice.collectorNamespace, signal: context.signal }
  const pods = await visiblePods(api, where)
  if ('reason' in pods) return lacking(pods)
  const [pod, ...others] = pods
  if (!pod) return lacking(podless(await collectorSet(api, where)) ?? noneIn(where.namespace))
  const elsewhere = [...new Set(others.map(({ namespace }) => namespace))].filter((namespace) => namespace !== pod.namespace)
  if (elsewhere.length > 0)
    remark(context, 'note', `collectors run in ${elsewhere.join(', ')}, too; --collector-namespace says which one is asked`)
  const place = await forwarded(api, pod, { ...choice, clusterTitle: title, context })
  return 'reason' in place ? lacking(place) : place
}

async function visiblePods(
  api: ClusterApi,
  where: { readonly namespace: string | undefined; readonly signal: AbortSignal },
): Promise<readonly CollectorPod[] | Lack> {
  try {
    return await collectorPods(api, where)
  } catch (error) {
    if (!(error instanceof Problem && error.kind.code === kubernetesProblems.kubernetes_forbidden.code)) throw error
    const remedy = `Say where it runs: --collector-namespace NAMESPACE. ${error.kind.remedy}`
    return { reason: 'hidden', what: `whether a collector runs in it may not be looked up: ${error.message}`, remedy }
  }
}

interface Tunnelling extends ClusterPlaceChoice {
  readonly clusterTitle: string
  readonly context: Context
}

/** The collector in a pod, through a port-forward that stays open until the place is closed. */
async function forwarded(
  api: ClusterApi,
  pod: CollectorPod,
  { tokenFile, localPort, clusterTitle, context }: Tunnelling,
): Promise<CollectorPlace | Lack> {
  const forwarding = await api.forward(pod, localPort)
  const client = await answering({ url: forwarding.url, tokenFile }, context).catch(async (error: unknown) => {
    await forwarding.close()
    throw error
  })
  if (client) {
    const close = async () => {
      await forwarding.close()
      await api.close()
    }
    const title = `the collector ${placeOf(pod)} in ${clusterTitle}, through a port-forward`
    return {
      kind: 'collector',
      client,
      title,
      address: `mesh-telemetry.${pod.namespace}.svc:${pod.port}`,
      log: `kubectl logs ${commandName(pod)}`,
      tunnel: forwarding,
      close,
    }
  }
  await forwarding.close()
  return silenceOf(pod, forwarding.refused())
}

/**
 * The collector at the end of a tunnel, by HTTP, else by HTTPS. The API server vouches for the pod, whose certificate is for another name than that of
 * the tunnel.
 */
async function answering(
  { url, tokenFile }: { readonly url: string; readonly tokenFile: string | undefined },
  context: Context,
): Promise<CollectorClient | undefined> {
  for (const server of [new URL(url), new URL(url.replace('http:', 'https:'))]) {
    const client = new CollectorClient({ server, tokenFile, anyCertificate: true }, context)
    const presence = await client.presence()
    if (presence !== 'none') return presence === 'collector' ? client : undefined
  }
  return undefined
}

/** As `kubectl` takes it. */
const commandName = ({ namespace, name }: Pick<CollectorPod, 'namespace' | 'name'>) => `${shellWord(name)} -n ${shellWord(namespace)}`

function silenceOf(pod: CollectorPod, refused: string | undefined): Lack {
  const at = commandName(pod)
  if (refused !== undefined && pod.ready) {
    const way = rightToForward(refused, pod.namespace) ?? `See whether its node can be reached: kubectl describe pod ${at}`
    const remedy = `${way}. Or ask from within: kubectl exec ${at} -- mesh-telemetry doctor`
    return { reason: 'hidden', what: `the API server opens no port-forward to its collector ${placeOf(pod)}: ${refused}`, remedy }
  }
  const remedy = pod.state === 'Running' ? `kubectl logs ${at}` : `kubectl describe pod ${at}`
  return { reason: 'silent', what: `its collector ${placeOf(pod)} does not answer, the pod is ${pod.state}`, remedy }
}

/** One that was installed and runs nowhere: a quota, an admission webhook or somebody's hand keeps its pod away. */
function podless(set: CollectorSet | undefined): Lack | undefined {
  if (!set) return undefined
  const [does, remedy] =
    set.replicas === 0
      ? ['is to have none', `kubectl scale statefulset ${commandName(set)} --replicas=1`]
      : ['made none', `kubectl describe statefulset ${commandName(set)}`]
  return { reason: 'silent', what: `its collector has no pod: the StatefulSet ${placeOf(set)} ${does}`, remedy }
}

function noneIn(namespace: string | undefined): Lack {
  return {
    reason: 'none',
    what: `no collector is installed ${namespace === undefined ? 'in it' : `in its namespace ${namespace}`}`,
    remedy: 'kubectl apply -k deploy/overlays/upstream (deploy/README.md says which overlay fits)',
  }
}
