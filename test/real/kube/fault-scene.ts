import { setTimeout as pause } from 'node:timers/promises'
import type { StatusAnswer, TargetsAnswer } from '../../../src/model/figures.ts'
import { CollectorProcess } from '../collector-process.ts'
import { differences, samplesOf } from '../envoy/edge-page.ts'
import { type MadePod, configMapObject, namespaceObject, podObject } from './mesh-objects.ts'
import { PagePods } from './page-pods.ts'
import type { Account, KubeServer } from './server.ts'
import { until } from './waiting.ts'
import { Wire } from './wire.ts'

const home = 'faults'
export const burstNamespace = 'burst'
const account: Account = { namespace: home, name: 'collector' }
const configMap = { namespace: home, name: 'scraped' }
const named = [home, burstNamespace, 'recreated']
const verbs = ['get', 'list', 'watch']
const rules = [
  { apiGroups: [''], resources: ['pods', 'namespaces', 'configmaps'], verbs },
  { apiGroups: ['apps'], resources: ['daemonsets'], verbs },
  { apiGroups: ['config.openservicemesh.io'], resources: ['meshconfigs'], verbs },
]
/** At an interval of half a second; what is later was not scraped in time. */
const tooLongMs = 3_000
const residents = 6
/** How long the API server remembers that a token was good. */
const tokenMemoryMs = 10_500

/** A collector that scrapes pods under load, with a wire to the API server that can be hurt as the server can. */
export class FaultScene implements AsyncDisposable {
  readonly server: KubeServer
  readonly pods: PagePods
  readonly wire: Wire
  readonly collector: CollectorProcess

  private constructor(server: KubeServer, { pods, wire, collector }: Pick<FaultScene, 'pods' | 'wire' | 'collector'>) {
    this.server = server
    this.pods = pods
    this.wire = wire
    this.collector = collector
  }

  /** Some pods are scraped already, and traffic flows. */
  static async begin(server: KubeServer, scratch: string): Promise<FaultScene> {
    const pods = new PagePods()
    const wire = await Wire.to(server.api.url)
    await server.grant(account, [{ rules }])
    await server.api.apply(namespaceObject(home), namespaceObject(burstNamespace), { ...configMapObject(named), metadata: configMap })
    for (let n = 1; n <= residents; n++) await server.api.apply(podObject(await pods.add(home, `resident-${n}`, 1_000 * n)))
    const kubeconfig = await writeToken(server, 'first', wire.url)
    const config = {
      discover: { source: 'kubernetes', kubernetes: { kubeconfig }, configMap },
      scrape: { interval: '500ms', timeout: '400ms', allowLoopback: true },
    }
    const begun = new FaultScene(server, { pods, wire, collector: await CollectorProcess.run(config, { scratch }) })
    try {
      await begun.collector.until('/readyz', 15_000)
      await begun.untilScraped(pods.pods)
    } catch (error) {
      await begun[Symbol.asyncDispose]()
      throw error
    }
    pods.flow()
    return begun
  }

  /** A pod comes into being under load. */
  async bear(app: string, namespace = home): Promise<MadePod> {
    const pod = await this.pods.add(namespace, app)
    await this.server.api.apply(podObject(pod))
    return pod
  }

  /** As `kubectl delete pod`: marked, still answering until it was read for the last time, then gone. */
  async bury(pod: MadePod): Promise<void> {
    await this.server.api.delete(podObject(pod), 30)
    this.pods.quieten(pod.app)
    await until(20_000, async () => ((await this.#terminating(pod)) ? undefined : `${pod.name} was not known to be deleted`))
    await pause(1_500)
    this.pods.remove(pod.app)
    await this.server.api.delete(podObject(pod))
  }

  /** @returns how long it took, milliseconds */
  untilScraped(pods: readonly MadePod[], withinMs = 15_000): Promise<number> {
    return until(withinMs, async () => {
      const { targets } = await this.collector.json<TargetsAnswer>('/api/v1/targets')
      const up = new Set(targets.filter(({ state }) => state === 'up').map(({ pod }) => pod))
      const missing = pods.filter(({ name }) => !up.has(name))
      return missing.length === 0 ? undefined : `${missing.length} of ${pods.length} pods are not scraped, ${missing[0]?.name} among them`
    })
  }

  /** Status says of every watch why it hears nothing, and the metrics that it does not. */
  async untilToldOf(code: string, withinMs = 15_000): Promise<void> {
    await until(withinMs, async () => {
      const quiet = (await this.#watches()).find(({ state, problem }) => state !== 'retrying' || problem?.code !== code)
      return quiet && `status says of ${quiet.resource} ${quiet.state} ${quiet.problem?.code ?? ''}, not ${code}`
    })
    const metrics = await this.collector.text('/metrics')
    if (!metrics.includes('meshtelemetry_discovery_watches{resource="pods",state="retrying"} 1'))
      throw new Error('the metrics do not tell that pods are not heard')
  }

  /** Everything is followed again, and status complains about nothing. */
  async untilHeard(): Promise<void> {
    await until(40_000, async () => {
      const deaf = (await this.#watches()).find(({ state }) => state !== 'following')
      return deaf && `status still says of ${deaf.resource} ${deaf.state}: ${deaf.problem?.message}`
    })
  }

  /** Writes that nobody here hears of, so that the server's history begins after what the collector heard last. */
  async moveRevision(): Promise<void> {
    for (let n = 0; n < 20; n++)
      await this.server.api.apply({ ...configMapObject([`${n}`]), metadata: { namespace: home, name: 'unheard-of' } })
  }

  /** How often the server's process was asked for all pods. */
  async listsOfPods(): Promise<number> {
    const metrics = await this.server.api.text('/metrics')
    const lines = metrics.split('\n').filter((line) => /^apiserver_request_total\{.*resource="pods".*verb="LIST"/.test(line))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  /** How often the collector began to follow the pods anew. */
  async restartsOfWatch(): Promise<number> {
    const metrics = await this.collector.text('/metrics')
    return Number(/^meshtelemetry_discovery_watch_restarts_total\{resource="pods"\} (\d+)/m.exec(metrics)?.[1] ?? 0)
  }

  /** The Secret by which the token is known goes. */
  async spoilToken(): Promise<void> {
    await this.server.api.delete(secret('first'))
    await pause(tokenMemoryMs)
  }

  async renewToken(): Promise<void> {
    await writeToken(this.server, 'second', this.wire.url)
  }

  /** Throws when somebody who answers was not scraped in time since then. */
  expectScraping(sinceMs: number): void {
    const silenceMs = this.pods.longestSilence(sinceMs)
    if (silenceMs > tooLongMs) throw new Error(`a pod that was known was not scraped for ${silenceMs} ms`)
  }

  /** Traffic rests until every count is what was really there, then flows again. */
  async expectTruth(): Promise<void> {
    this.pods.rest()
    await until(10_000, async () => {
      const wrong = differences('mesh_requests_total', this.pods.truth, await this.#counted())
      return wrong.length === 0 ? undefined : wrong.join('; ')
    })
    this.pods.flow()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.collector.stop()
    await this.wire[Symbol.asyncDispose]()
    this.pods[Symbol.dispose]()
  }

  /** Of everything that there is. */
  async #watches() {
    const { discovery } = await this.collector.json<StatusAnswer>('/api/v1/status')
    return discovery.watches.filter(({ state }) => state !== 'absent')
  }

  async #counted(): Promise<ReadonlyMap<string, number>> {
    const samples = samplesOf(await this.collector.text('/metrics/edges')).filter(({ name }) => name === 'mesh_requests_total')
    return new Map(samples.map(({ labels, value }) => [labels.source_workload ?? '', value]))
  }

  async #terminating({ name }: MadePod): Promise<boolean> {
    const { targets } = await this.collector.json<TargetsAnswer>('/api/v1/targets')
    return targets.some(({ pod, terminating }) => pod === name && terminating)
  }
}

const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: home, name } })

/** A kubeconfig with a token that is good as long as its Secret is there. */
async function writeToken(server: KubeServer, boundTo: string, url: string): Promise<string> {
  await server.api.apply(secret(boundTo))
  return server.writeKubeconfig(account.name, await server.token(account, boundTo), url)
}
