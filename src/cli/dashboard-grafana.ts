import { z } from 'zod'
import { podForm } from '../discover/objects.ts'
import type { ClusterApi, LocalPort, PodPort } from '../discover/kubernetes/cluster-api.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import { dialects } from '../model/dialect.ts'
import { Problem } from '../runtime/problem.ts'
import { shellWord } from '../runtime/shell.ts'
import type { Context } from './context.ts'
import { openBrowser } from './dashboard-browser.ts'
import { keepOpen } from './dashboard-tunnel.ts'
import { installedMeshes } from './meshes.ts'
import { rightToForward } from './port-forward-right.ts'
import { cliProblems } from './problems.ts'

/** For the first answer. */
const answerWithinMs = 10_000

/** A pod in which the Grafana of a mesh runs. */
export interface GrafanaPod {
  readonly namespace: string
  readonly name: string
}

interface GrafanaService {
  readonly namespace: string
  /** `osm-grafana`; with FSM `fsm-grafana`. Source: cmd/cli/dashboard.go of both. */
  readonly name: string
}

const serviceForm = z.object({ spec: z.object({ selector: z.record(z.string(), z.string()).nullish() }) })

/**
 * The Grafana that came with a mesh: the first pod of its service that runs.
 *
 * @param osmNamespace where it is; else where control planes are
 * @throws {Problem} `grafana_missing`; of `kubernetesProblems`
 */
export async function findGrafana(api: ClusterApi, osmNamespace: string | undefined, signal: AbortSignal): Promise<GrafanaPod> {
  const services = await possibleServices(api, osmNamespace, signal)
  for (const service of services) {
    const selector = await selectorOf(api, service, signal)
    if (selector === undefined) continue
    const [name] = await runningPods(api, { ...service, selector, signal })
    if (name !== undefined) return { namespace: service.namespace, name }
    const remedy = `kubectl get pods -n ${shellWord(service.namespace)} -l ${shellWord(selector)}`
    throw new Problem({ ...cliProblems.grafana_missing, remedy }, `no pod of the service ${service.namespace}/${service.name} runs`)
  }
  const places = [...new Set(services.map(({ namespace }) => namespace))]
  const where = places.length === 0 ? 'no mesh is installed in the cluster' : `there is none in the namespace ${places.join(', ')}`
  throw new Problem(cliProblems.grafana_missing, `the Grafana of a mesh is not found: ${where}`)
}

async function possibleServices(api: ClusterApi, osmNamespace: string | undefined, signal: AbortSignal): Promise<GrafanaService[]> {
  const serviceOf = (namespace: string, tool: string): GrafanaService => ({ namespace, name: `${tool}-grafana` })
  if (osmNamespace === undefined) {
    const meshes = await installedMeshes(api, { osmNamespace, signal })
    return meshes.map(({ namespace, dialect }) => serviceOf(namespace, dialect.controlPlane))
  }
  const tools = new Set(Object.values(dialects).map(({ controlPlane }) => controlPlane))
  return [...tools].map((tool) => serviceOf(osmNamespace, tool))
}

/** As a query names it: `app=osm-grafana`; `undefined` where there is no such service. */
async function selectorOf(api: ClusterApi, { namespace, name }: GrafanaService, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { spec } = serviceForm.parse(await api.get(`/api/v1/namespaces/${namespace}/services/${name}`, { signal }))
    const selector = Object.entries(spec.selector ?? {}).map((pair) => pair.join('='))
    return selector.length === 0 ? undefined : selector.join(',') // a service without one has no pods of its own
  } catch (error) {
    if (error instanceof Problem && error.kind.code === kubernetesProblems.kubernetes_not_found.code) return undefined
    throw error
  }
}

interface Pods {
  readonly namespace: string
  readonly selector: string
  readonly signal: AbortSignal
}

async function runningPods(api: ClusterApi, { namespace, selector, signal }: Pods): Promise<string[]> {
  const running: string[] = []
  const take = (items: readonly unknown[], first: boolean) => {
    if (first) running.length = 0
    const pods = items.map((item) => podForm.parse(item))
    running.push(...pods.filter(({ phase, terminating }) => phase === 'Running' && !terminating).map(({ name }) => name))
  }
  await api.list(`/api/v1/namespaces/${namespace}/pods`, take, { query: { labelSelector: selector }, signal })
  return running
}

interface Way {
  readonly remotePort: number
  readonly localPort: LocalPort
  readonly inBrowser: boolean
}

/**
 * Opens a port-forward to Grafana, prints where it leads to as `osm dashboard` does, and stays until it is time to end.
 *
 * @throws {Problem} `grafana_missing` when nobody answers; `local_port_unusable`
 */
export async function showGrafana(
  api: ClusterApi,
  { namespace, name, remotePort, localPort, inBrowser }: GrafanaPod & Way,
  context: Context,
): Promise<void> {
  const { stdout, signal } = context
  stdout.write('[+] Starting Dashboard forwarding\n')
  const forwarding = await api.forward({ namespace, name, port: remotePort }, localPort)
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)])
    const answer = await fetch(forwarding.url, { signal: within, redirect: 'manual' }).catch((error: unknown) => {
      throw silenceOf({ namespace, name, port: remotePort }, forwarding.refused(), error)
    })
    await answer.body?.cancel()
    const { port } = new URL(forwarding.url)
    stdout.write(`[+] Port forwarding successful (localhost:${port})\n`)
    if (inBrowser) {
      stdout.write(`[+] Issuing open browser http://localhost:${port}\n`)
      await openBrowser(`http://localhost:${port}`, context)
    }
    await keepOpen(forwarding, context)
  } finally {
    await forwarding.close()
  }
}

function silenceOf({ namespace, name, port }: PodPort, refused: string | undefined, cause: unknown): Problem {
  const pod = `${namespace}/${name}`
  const at = `${shellWord(name)} -n ${shellWord(namespace)}` // as kubectl takes it
  const problem = (message: string, remedy: string) => new Problem({ ...cliProblems.grafana_missing, remedy }, message, { cause })
  if (refused === undefined) {
    const remedy = `See where it listens, then --remote-port PORT: kubectl logs ${at}`
    return problem(`the pod ${pod} does not answer on port ${port}`, remedy)
  }
  const remedy = rightToForward(refused, namespace) ?? `See whether it runs and its node can be reached: kubectl describe pod ${at}`
  return problem(`the API server opens no port-forward to the pod ${pod}: ${refused}`, remedy)
}
