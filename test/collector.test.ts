import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../src/collector.ts'
import { configSchema } from '../src/config/schema.ts'
import { type DemoMesh, startDemoMesh } from '../src/demo/mesh.ts'
import type { TargetsAnswer } from '../src/model/figures.ts'
import { createLog } from '../src/telemetry/log.ts'
import { type CountedRequests, countedRequests, trueRequests } from './support/demo-requests.ts'
import { patient } from './support/patient.ts'

/** The whole pipeline on the demo's real listeners and manifests, its time moved by the test. */
const configMap = 'container-azm-ms-osmconfig.yaml'
let folder: string
let mesh: DemoMesh
let collector: Collector

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collector-test-'))
  await copyFile(new URL(`../configmaps/${configMap}`, import.meta.url), join(folder, configMap))
  mesh = await startDemoMesh({ tickMs: 0, manifestsFolder: folder, onEpisode: () => {} })
  const config = configSchema.parse({
    discover: { source: 'manifests', manifests: { path: folder } },
    scrape: { interval: '200ms', allowLoopback: true },
    http: { listen: '127.0.0.1:0' },
    telemetry: { logLevel: 'error' },
  })
  collector = await startCollector(patient(config), { baseDirectory: folder, version: 'test', log: createLog({ level: 'error' }) })
  await until(() => collector.reading.readiness().ready)
})

afterEach(async () => {
  await collector.stop(2_000)
  await mesh.close()
  await rm(folder, { recursive: true, force: true })
})

async function until(holds: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come true within ${limitMs} ms`)
    await sleep(50)
  }
}

/** Every target that answers was asked after that moment: what a pod counts after its last page nobody can know. */
async function readSince(wallMs: number): Promise<void> {
  await sleep(150)
  const isRead = ({ state, lastPageMs, durationMs }: TargetsAnswer['targets'][number]) =>
    state !== 'up' || (lastPageMs ?? 0) - (durationMs ?? 0) >= wallMs
  await until(() => collector.reading.targets().targets.every(isRead))
}

const page = async (path: string): Promise<string> => (await fetch(collector.url + path)).text()

const counted = (): Promise<CountedRequests> => countedRequests(collector.url)
const truth = (...without: string[]): CountedRequests => trueRequests(mesh, { without })
const equalTexts = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

describe('the collector on the demo mesh', () => {
  it('counts every request exactly, through a replaced pod and a restarted one', async () => {
    for (let second = 0; second < 75; second++) {
      await mesh.advance(1_000)
      if (second <= 25) await sleep(20)
      else await readSince(Date.now())
    }
    await until(async () => equalTexts(await counted(), truth('bookthief'))).catch(() => {})
    expect(await counted()).toEqual(truth('bookthief'))
  })

  it('follows the ConfigMap: a namespace that is added is scraped within seconds', async () => {
    const file = join(folder, configMap)
    const before = await readFile(file, 'utf8')
    expect(before).not.toMatch(/^[^#]*"bookthief"/m)
    await writeFile(file, before.replace('"bookbuyer"', '"bookbuyer", "bookthief"'))
    await until(() => collector.reading.targets().targets.some(({ namespace, state }) => namespace === 'bookthief' && state === 'up'))
    await mesh.advance(3_000)
    await until(async () => Object.keys(await counted()).some((key) => key.startsWith('bookthief/')))
  })

  it('takes a baseline again when a namespace comes back that was taken off the list', async () => {
    const file = join(folder, configMap)
    const named = await readFile(file, 'utf8')
    const scraped = () =>
      collector.reading.targets().targets.filter(({ namespace, state }) => namespace === 'bookbuyer' && state === 'up').length
    await mesh.advance(2_000)
    const before = truth('bookthief')
    await until(async () => equalTexts(await counted(), before))
    await writeFile(file, named.replace('"bookbuyer", ', ''))
    await until(() => scraped() === 0)
    await mesh.advance(2_000)
    await writeFile(file, named)
    await until(() => scraped() === 2)
    const [missed, watched] = [
      'bookbuyer/bookbuyer bookstore/bookstore-v2|14001 200',
      'bookstore/bookstore-v2 bookwarehouse/bookwarehouse|14001 200',
    ]
    await until(async () => (await counted())[watched] === truth()[watched])
    expect((await counted())[missed]).toBe(before[missed])
  })

  it('serves the drop-in page with the labels of the pods', async () => {
    const text = () => page('/metrics/osm')
    await expect.poll(text).toMatch(/^envoy_server_live\{.*job="kubernetes-pods".*source_namespace="bookbuyer".*\} 1$/m)
    await expect.poll(text).toMatch(/source_workload_kind="Deployment"/)
    await expect.poll(text).toMatch(/^osm_proxy_connect_count\{/m)
  })
})
