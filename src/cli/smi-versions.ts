import { z } from 'zod'
import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { podForm } from '../discover/objects.ts'
import type { Mesh } from './meshes.ts'

/** Where a controller answers about itself. Source: openservicemesh/osm pkg/constants. */
const port = 9091
const path = '/smi/version'
const timeoutMs = 5_000

const form = z.record(z.string(), z.string())

/**
 * The SMI APIs that a mesh supports, as its controller says through a port-forward: `{ HTTPRouteGroup: 'v1alpha4' }`.
 *
 * @throws {Error} when there is no controller that runs, or it cannot be asked
 */
export async function smiVersions(api: ClusterApi, { namespace, dialect }: Mesh, signal: AbortSignal): Promise<Record<string, string>> {
  const name = await controllerIn(api, { namespace, app: `${dialect.controlPlane}-controller`, signal })
  const forwarding = await api.forward({ namespace, name, port })
  try {
    const answer = await fetch(forwarding.url + path, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) }).catch(
      (error: unknown) => {
        const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
        throw new Error(`the port-forward to pod ${name} does not work: ${reason}`, { cause: error })
      },
    )
    if (!answer.ok) throw new Error(`the controller ${name} answered ${answer.status}`)
    const { success, data } = form.safeParse(await answer.json())
    if (!success) throw new Error(`the controller ${name} answered with something else than versions`)
    // The controller says `specs.smi-spec.io/v1alpha4`.
    return Object.fromEntries(Object.entries(data).map(([kind, version]) => [kind, version.slice(version.indexOf('/') + 1)]))
  } finally {
    await forwarding.close()
  }
}

interface Place {
  readonly namespace: string
  readonly app: string
  readonly signal: AbortSignal
}

/** A controller that runs: another one cannot answer. */
async function controllerIn(api: ClusterApi, { namespace, app, signal }: Place): Promise<string> {
  const running: string[] = []
  const take = (items: readonly unknown[]) => {
    const pods = items.map((item) => podForm.parse(item))
    running.push(...pods.filter(({ phase, terminating }) => phase === 'Running' && !terminating).map(({ name }) => name))
  }
  await api.list(`/api/v1/namespaces/${namespace}/pods`, take, { query: { labelSelector: `app=${app}` }, signal })
  if (running[0] === undefined) throw new Error(`no pod ${app} runs in namespace ${namespace}`)
  return running[0]
}
