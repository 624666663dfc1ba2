import { discoverOptions } from '../../../src/discover/options.ts'
import { KubernetesDiscovery } from '../../../src/discover/kubernetes/kubernetes.ts'
import { connectCluster, type Deadlines } from '../../../src/discover/kubernetes/cluster.ts'
import type { Discovered, Hearing } from '../../../src/model/discovered.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { named, scrapeAnnotations, toml } from '../cluster.ts'
import { quietTelemetry } from '../folder.ts'
import { ApiServer } from './api-server.ts'

/** Objects as an API server has them. */

export const namespaceObject = (name: string, annotations: Record<string, string> = {}) => ({
  kind: 'Namespace',
  metadata: { name, labels: { 'openservicemesh.io/monitored-by': 'osm' }, annotations },
})

export const podObject = (
  namespace: string,
  name: string,
  change: { readonly phase?: string; readonly metadata?: object; readonly labels?: object } = {},
) => ({
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    uid: `uid-${namespace}-${name}`,
    labels: { app: name, 'osm-proxy-uuid': 'u', ...change.labels },
    annotations: scrapeAnnotations,
    managedFields: [{ manager: 'kubelet' }],
    ...change.metadata,
  },
  spec: { containers: [{ name: 'envoy' }] },
  status: {
    phase: change.phase ?? 'Running',
    podIP: addressOf(namespace, name),
    containerStatuses: [{ name: 'envoy', containerID: `containerd://${name}` }],
  },
})

export const nodeObject = (name: string, address: string, ready = 'True') => ({
  kind: 'Node',
  metadata: { name },
  spec: { podCIDR: '10.0.0.0/24' },
  status: {
    conditions: [{ type: 'Ready', status: ready }],
    addresses: [
      { type: 'ExternalIP', address: '203.0.113.7' },
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
  },
})

export const controller = () =>
  podObject('osm-system', 'osm-controller-1', { labels: { app: 'osm-controller', meshName: 'osm', 'osm-proxy-uuid': '' } })

const addressOf = (namespace: string, name: string) => `10.${namespace.length}.${name.length}.${name.charCodeAt(0)}`

export const configMapObject = (...names: string[]) => {
  const { name, namespace, data } = named(...names)
  return { kind: 'ConfigMap', metadata: { name, namespace }, data }
}

export const brokenConfigMap = () => {
  const object = configMapObject()
  return { ...object, data: { ...object.data, 'osm-metric-collection-configuration': toml('["shop",,]') } }
}

interface Settings {
  readonly discover?: object
  readonly notes?: ReadonlyMap<string, string>
  readonly withNodes?: boolean
  /** For a test that waits for them to pass: they run on the real clock. */
  readonly deadlines?: Deadlines
}

/** Nothing is given up because the machine is busy. */
export const patient: Deadlines = { answerMs: 30_000, silenceMs: 60_000, probeMs: 30_000 }
/** For a server that does not answer. */
export const impatient: Deadlines = { answerMs: 700, silenceMs: 1_500, probeMs: 500 }

/** A discovery that follows an API server, in a time that a test moves. */
export class FollowedCluster implements AsyncDisposable {
  readonly api: ApiServer
  readonly clock = new FakeClock()
  readonly found: Discovered[] = []
  hearings: readonly Hearing[] = []
  readonly #telemetry = quietTelemetry()
  readonly lines = this.#telemetry.lines
  readonly #discovery: KubernetesDiscovery
  #started: Promise<void> | undefined

  private constructor(
    api: ApiServer,
    kubeconfig: string,
    { discover = {}, notes = new Map(), withNodes = false, deadlines = patient }: Settings,
  ) {
    this.api = api
    const { telemetry } = this.#telemetry
    const connect = async () => connectCluster({ kubeconfig }, deadlines)
    const settings = { ...discoverOptions.parse(discover), allowLoopback: false }
    this.#discovery = new KubernetesDiscovery(connect, settings, {
      clock: this.clock,
      telemetry,
      baseDirectory: '/',
      notes,
      withNodes,
      allowLoopback: false,
    })
  }

  static async of(settings: Settings & { readonly api?: ApiServer } = {}): Promise<FollowedCluster> {
    const api = settings.api ?? (await ApiServer.start())
    return new FollowedCluster(api, await api.kubeconfig(), settings)
  }

  get discovery(): KubernetesDiscovery {
    return this.#discovery
  }

  /** The last outcome. */
  get last(): Discovered | undefined {
    return this.found.at(-1)
  }

  /** Starts, and lets time go by until that is done. */
  async start(): Promise<void> {
    let isDone = false
    this.#started = this.#discovery.start(
      (found) => this.found.push(found),
      (hearings) => {
        this.hearings = hearings
      },
    )
    void this.#started.finally(() => (isDone = true)).catch(() => {})
    await this.until(() => isDone)
    await this.#started
  }

  /** Lets time go by, 50 ms for each look, until it is so. */
  async until(holds: () => boolean | undefined): Promise<void> {
    const begin = performance.now()
    while (!holds()) {
      if (performance.now() - begin > 20_000)
        throw new Error(`it never came: ${JSON.stringify(this.hearings)} ${JSON.stringify(this.last)}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      this.clock.advance(50)
    }
  }

  /** Who is scraped: `pod`, and `pod*` when it began under our eyes. */
  get scraped(): string {
    return (this.last?.targets ?? []).map(({ pod, bornWatched }) => `${pod?.namespace}/${pod?.name}${bornWatched ? '*' : ''}`).join(' ')
  }

  get problems(): string {
    return (this.last?.problems ?? []).map(({ code }) => code).join(' ')
  }

  stateOf(resource: string, namespace?: string): string | undefined {
    return this.hearings.find((hearing) => hearing.resource === resource && hearing.namespace === namespace)?.state
  }

  async metric(name: string): Promise<string[]> {
    const text = await this.#telemetry.telemetry.metrics.registry.metrics()
    return text.split('\n').filter((line) => line.startsWith(`meshtelemetry_${name}`))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#discovery.close()
    await this.api[Symbol.asyncDispose]()
  }
}

/** A cluster with two meshed namespaces, of which the ConfigMap names the shop. */
export async function shopAndStore(prepare: (api: ApiServer) => void = () => {}, settings: Parameters<typeof FollowedCluster.of>[0] = {}) {
  const api = await ApiServer.start()
  for (const name of ['shop', 'store']) api.put(namespaceObject(name))
  for (const name of ['shop', 'store']) api.put(podObject(name, 'a'))
  api.put(configMapObject('shop'))
  prepare(api)
  return FollowedCluster.of({ ...settings, api })
}
