import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../src/collector.ts'
import { configSchema } from '../../src/config/schema.ts'
import { type DemoMesh, startDemoMesh } from '../../src/demo/mesh.ts'
import { Problem } from '../../src/runtime/problem.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { type CountedRequests, countedRequests, trueRequests } from '../support/demo-requests.ts'
import { patient } from '../support/patient.ts'

/** Collectors that come and go over one folder, while the demo mesh goes on. */
let folder: string
let mesh: DemoMesh
const running = new Set<Collector>()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-test-'))
  const configMap = 'container-azm-ms-osmconfig.yaml'
  await copyFile(new URL(`../../configmaps/${configMap}`, import.meta.url), join(folder, configMap))
  mesh = await startDemoMesh({ tickMs: 0, manifestsFolder: folder, onEpisode: () => {} })
})

afterEach(async () => {
  for (const collector of running) await collector.stop(2_000)
  running.clear()
  await mesh.close()
  await rm(folder, { recursive: true, force: true })
})

async function collect(): Promise<Collector> {
  const config = configSchema.parse({
    discover: { source: 'manifests', manifests: { path: folder } },
    scrape: { interval: '200ms', allowLoopback: true },
    state: { path: join(folder, 'state') },
    http: { listen: '127.0.0.1:0' },
  })
  const collector = await startCollector(patient(config), { baseDirectory: folder, version: 'test', log: createLog({ level: 'error' }) })
  running.add(collector)
  return collector
}

async function stop(collector: Collector): Promise<void> {
  running.delete(collector)
  await collector.stop(2_000)
}

const counted = (collector: Collector): Promise<CountedRequests> => countedRequests(collector.url)
const truth = (): CountedRequests => trueRequests(mesh, { without: ['bookthief'] })

async function expectTruth(collector: Collector): Promise<void> {
  const end = performance.now() + 20_000
  while (performance.now() < end && JSON.stringify(await counted(collector)) !== JSON.stringify(truth())) await sleep(50)
  expect(await counted(collector)).toEqual(truth())
}

async function ready(collector: Collector): Promise<void> {
  while (!collector.reading.readiness().ready) await sleep(20)
}

describe('a collector that restarts', () => {
  it('goes on exactly: what happened in between is added, also of pods that began meanwhile', async () => {
    const first = await collect()
    await ready(first)
    await mesh.advance(5_000)
    await expectTruth(first)
    await stop(first)
    await mesh.advance(30_000) // a pod is replaced in this time: the new one is born while nobody watches
    const second = await collect()
    await expectTruth(second)
    await mesh.advance(5_000)
    await expectTruth(second)
  })

  it('shows nothing lower than before, from the first answer on', async () => {
    const first = await collect()
    await ready(first)
    await mesh.advance(10_000)
    await expectTruth(first)
    const before = await counted(first)
    await stop(first)
    const second = await collect()
    expect(await counted(second)).toEqual(before)
  })

  it('is refused a state that another one has', async () => {
    await collect()
    await expect(collect()).rejects.toSatisfy((error) => error instanceof Problem && error.kind.code === 'state_in_use')
  })

  it('moves a state aside that it cannot read, and counts from then on', async () => {
    const first = await collect()
    await ready(first)
    await stop(first)
    for (const name of await readdir(join(folder, 'state')))
      await writeFile(join(folder, 'state', name), 'this is no database, whatever it was before '.repeat(200))
    const second = await collect()
    await ready(second)
    expect((await readdir(join(folder, 'state'))).filter((name) => /^mesh-telemetry\.db\.\d{4}-/.test(name)).length).toBeGreaterThan(0)
    const before = await counted(second)
    await mesh.advance(3_000)
    await expect.poll(async () => Object.keys(await counted(second)).length).toBeGreaterThan(Object.keys(before).length)
  })

  it('counts in memory where a state cannot be kept, and says so', async () => {
    await writeFile(join(folder, 'state'), 'a file where a folder should be')
    const collector = await collect()
    await ready(collector)
    await mesh.advance(5_000)
    await expectTruth(collector)
    expect(await (await fetch(`${collector.url}/metrics`)).text()).toContain('meshtelemetry_state_unsafe 1\n')
  })
})
