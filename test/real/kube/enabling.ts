import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TargetsAnswer } from '../../../src/model/figures.ts'
import { CollectorProcess } from '../collector-process.ts'
import { book, differences, samplesOf } from '../envoy/edge-page.ts'
import { installEnvoy } from '../envoy/install.ts'
import type { RealSetting } from '../part.ts'
import { EnvoyPods, namespaces } from './envoy-pods.ts'
import { configMapObject } from './mesh-objects.ts'
import { pathOf } from './api.ts'
import type { Figures } from './check.ts'
import type { KubeServer } from './server.ts'
import { until } from './waiting.ts'

const launcher = join(import.meta.dirname, '../../../bin/mesh-telemetry.mjs')
/** From the change of the ConfigMap to the first scrape of everybody whom it names. */
const promisedMs = 5_000

interface Scene {
  readonly server: KubeServer
  readonly pods: EnvoyPods
  readonly collector: CollectorProcess
}

/**
 * Real sidecars as pods of the real API server, switched on and off by `metrics enable` and `metrics disable` while the collector runs: who is scraped
 * follows within seconds, and what is counted is what the traffic generator sent, also towards a pod that is deleted under load.
 */
export async function enabling(server: KubeServer, { log, scratch, signal }: RealSetting): Promise<Figures> {
  const installed = await installEnvoy(signal)
  if ('why' in installed) return { 'real Envoys as pods': `not run: ${installed.why}` }
  await using pods = new EnvoyPods(server, { envoy: installed.path, scratch, signal })
  await pods.begin()
  const collector = await CollectorProcess.run(configuration(server), { scratch })
  try {
    await collector.until('/readyz', 15_000)
    return await play({ server, pods, collector }, log)
  } finally {
    await collector.stop()
  }
}

const configuration = ({ kubeconfig }: KubeServer) => ({
  discover: { source: 'kubernetes', kubernetes: { kubeconfig } },
  scrape: { interval: '1s', timeout: '800ms', allowLoopback: true },
})

async function play(scene: Scene, log: RealSetting['log']): Promise<Figures> {
  const { pods } = scene
  const before = await scraped(scene)
  if (before.length > 0) throw new Error(`nobody was enabled, and these are scraped: ${before.join(', ')}`)
  const enabledMs = await switched(scene, 'enable', { namespaces, left: namespaces })
  log(`the first scrape of every pod ${enabledMs} ms after the ConfigMap changed`)
  if (enabledMs > promisedMs) throw new Error(`the first scrape came only ${enabledMs} ms after the ConfigMap changed`)
  pods.ledger.clear()
  await pods.drive(600)
  await agree(scene, 'after a namespace was enabled')

  await switched(scene, 'disable', {
    namespaces: ['bookwarehouse'],
    left: namespaces.filter((name) => name !== 'bookwarehouse'),
  })
  const scrapes = await pods.scrapesOf('bookwarehouse')
  const known = [...pods.ledger.given].filter(([key]) => key.startsWith('→bookwarehouse'))
  await pods.drive(100)
  log('a pod is deleted while traffic flows')
  await pods.delete('bookstore-v2')
  const more = (await pods.scrapesOf('bookwarehouse')) - scrapes
  if (more !== 0) throw new Error(`a sidecar of a namespace that was disabled was scraped ${more} times more`)
  await agree(scene, 'after a namespace was disabled and a pod deleted', known)
  const requests = [...pods.ledger.answers.values()].reduce((sum, count) => sum + count, 0)
  return { 'ms from metrics enable to the first scrape of each sidecar': enabledMs, 'requests through them': requests }
}

/**
 * Runs the command.
 *
 * @returns milliseconds from the change of the ConfigMap, which is the command's last, until just those of `left` are scraped, each once at least
 */
async function switched(
  scene: Scene,
  to: 'enable' | 'disable',
  change: { readonly namespaces: readonly string[]; readonly left: readonly string[] },
): Promise<number> {
  const words = ['metrics', to, '--namespace', change.namespaces.join(','), '--configmap', '--kubeconfig', scene.server.kubeconfig]
  const command = promisify(execFile)(process.execPath, [launcher, ...words])
  await Promise.race([
    command,
    until(20_000, async () => ((await named(scene)) === namesOf(change.left) ? undefined : `the ConfigMap names ${await named(scene)}`)),
  ])
  const tookMs = await until(20_000, async () => {
    const now = namesOf(await scraped(scene))
    return now === namesOf(change.left) ? undefined : `those of ${now || 'nobody'} are scraped`
  })
  await command
  return tookMs
}

/** The namespaces of those who were scraped. */
async function scraped({ collector }: Scene): Promise<string[]> {
  const { targets } = await collector.json<TargetsAnswer>('/api/v1/targets')
  return targets.map(({ namespace, state }) => (state === 'up' ? (namespace ?? '') : state))
}

async function named({ server }: Scene): Promise<string> {
  const { data } = await server.api.get<{ readonly data: Readonly<Record<string, string>> }>(pathOf(configMapObject([])))
  const list = /monitor_namespaces\s*=\s*\[(?<list>[^\]]*)\]/.exec(data['osm-metric-collection-configuration'] ?? '')?.groups?.list ?? ''
  return namesOf([...list.matchAll(/["'](.*?)["']/g)].map(([, name = '']) => name))
}

const namesOf = (names: readonly string[]): string => [...new Set(names)].sort().join(', ')

/** Once traffic rests every count is right within a few seconds. `given` is what was counted at those who are not scraped any more. */
async function agree({ collector, pods }: Scene, when: string, given: readonly (readonly [string, number])[] = []): Promise<void> {
  const { answers, given: now, broken } = pods.ledger
  if (broken > 0) throw new Error(`${when}: ${broken} requests broke off before their caller's sidecar: the ledger is not whole`)
  const expected = new Map([...answers, ...now, ...given])
  await until(10_000, async () => {
    const seen = book(samplesOf(await collector.text('/metrics/edges')), 'mesh_requests_total', 'response_code')
    const wrong = differences('mesh_requests_total', expected, seen)
    return wrong.length === 0 ? undefined : `${when} ${wrong.join('; ')}`
  })
}
