import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type DemoMesh, startDemoMesh } from '../../../src/demo/mesh.ts'
import { type CountedRequests, countedRequests, trueRequests } from '../../support/demo-requests.ts'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'

const kills = 100
/** How long a process lives at most. */
const lifeMs = 900
/** The first round is the baseline: only then does the mesh's time begin. */
const beforeLoadMs = 1_000
const configMap = 'container-azm-ms-osmconfig.yaml'
const main = join(import.meta.dirname, '../../../src/main.ts')

/** The real process is killed at random moments under the demo's load; its successors must have counted every request, and shown nothing lower. */
export const restartPart: RealPart = {
  name: 'restart',
  async run(setting) {
    const manifests = join(setting.scratch, 'manifests')
    await mkdir(manifests)
    await copyFile(join(import.meta.dirname, '../../../configmaps', configMap), join(manifests, configMap))
    const mesh = await startDemoMesh({ tickMs: 0, manifestsFolder: manifests, onEpisode: () => {} })
    try {
      return await prove(mesh, manifests, setting)
    } finally {
      await mesh.close()
    }
  },
}

async function prove(mesh: DemoMesh, manifests: string, { scratch, signal, log }: RealSetting): Promise<RealOutcome> {
  const config = {
    discover: { source: 'manifests', manifests: { path: manifests } },
    scrape: { interval: '500ms', allowLoopback: true },
    state: { path: join(scratch, 'state') },
  }
  // Without the launcher: it is the child itself that dies.
  const start = () => CollectorProcess.run(config, { scratch, command: [process.execPath, main] })
  let collector = await start()
  try {
    await collector.until('/readyz', 10_000)
    await mesh.advance(beforeLoadMs)
    if (!(await agrees(collector, mesh)))
      return { outcome: 'failed', why: `before any kill ${difference(await countedRequests(collector.url), truth(mesh))}` }
    let shown: CountedRequests = {}
    for (let kill = 1; kill <= kills && !signal.aborted; kill++) {
      await underLoad(mesh, Math.random() * lifeMs)
      shown = highest(shown, await countedRequests(collector.url))
      await collector.crash()
      collector = await start()
      const fell = lower(await countedRequests(collector.url), shown)
      if (fell) return { outcome: 'failed', why: `after kill ${kill} ${fell}` }
      if (kill % 25 === 0) log(`${kill} kills`)
    }
    if (await agrees(collector, mesh)) return { outcome: 'passed', figures: { kills, requests: total(truth(mesh)) } }
    return { outcome: 'failed', why: `after ${kills} kills ${difference(await countedRequests(collector.url), truth(mesh))}` }
  } finally {
    await collector.stop()
  }
}

const truth = (mesh: DemoMesh): CountedRequests => trueRequests(mesh, { without: ['bookthief'] })
const total = (counted: CountedRequests): number => Object.values(counted).reduce((sum, count) => sum + count, 0)

/** The mesh's time goes on with the real one. */
async function underLoad(mesh: DemoMesh, ms: number): Promise<void> {
  const endMs = performance.now() + ms
  while (performance.now() < endMs) {
    await pause(50)
    await mesh.advance(50)
  }
}

/** Traffic rests; the last scrape and commit must bring the rest. */
async function agrees(collector: CollectorProcess, mesh: DemoMesh): Promise<boolean> {
  const endMs = performance.now() + 10_000
  while (performance.now() < endMs) {
    if (isDeepStrictEqual(await countedRequests(collector.url), truth(mesh))) return true
    await pause(100)
  }
  return false
}

const keysOf = (...sides: readonly CountedRequests[]): string[] => [...new Set(sides.flatMap((side) => Object.keys(side)))]

const highest = (a: CountedRequests, b: CountedRequests): CountedRequests =>
  Object.fromEntries(keysOf(a, b).map((key) => [key, Math.max(a[key] ?? 0, b[key] ?? 0)]))

function lower(now: CountedRequests, before: CountedRequests): string | undefined {
  const key = Object.keys(before).find((each) => (now[each] ?? 0) < (before[each] ?? 0))
  return key && `${key} was shown as ${now[key] ?? 0}, lower than ${before[key]}`
}

const difference = (counted: CountedRequests, really: CountedRequests): string =>
  keysOf(counted, really)
    .filter((key) => counted[key] !== really[key])
    .map((key) => `${key}: counted ${counted[key] ?? 0}, really ${really[key] ?? 0}`)
    .join('; ')
