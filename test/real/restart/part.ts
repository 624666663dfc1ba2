import { join } from 'node:path'
import type { DemoMesh } from '../../../src/demo/mesh.ts'
import { type CountedRequests, countedRequests } from '../../support/demo-requests.ts'
import { CollectorProcess } from '../collector-process.ts'
import { beforeLoadMs, disagreement, highest, lower, truth, underLoad, withDemoMesh } from '../demo-mesh.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'

const kills = 100
/** How long a process lives at most. */
const lifeMs = 900
const main = join(import.meta.dirname, '../../../src/main.ts')

/** The real process is killed at random moments under the demo's load; its successors must have counted every request, and shown nothing lower. */
export const restartPart: RealPart = {
  name: 'restart',
  run: (setting) => withDemoMesh(setting.scratch, (mesh, config) => prove(mesh, config, setting)),
}

async function prove(mesh: DemoMesh, scraping: object, { scratch, signal, log }: RealSetting): Promise<RealOutcome> {
  const config = { ...scraping, state: { path: join(scratch, 'state') } }
  // Without the launcher: it is the child itself that dies.
  const start = () => CollectorProcess.run(config, { scratch, command: [process.execPath, main] })
  let collector = await start()
  try {
    await collector.until('/readyz', 10_000)
    await mesh.advance(beforeLoadMs)
    const early = await disagreement(collector, truth(mesh))
    if (early) return { outcome: 'failed', why: `before any kill ${early}` }
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
    const wrong = await disagreement(collector, truth(mesh))
    if (!wrong) return { outcome: 'passed', figures: { kills, requests: total(truth(mesh)) } }
    return { outcome: 'failed', why: `after ${kills} kills ${wrong}` }
  } finally {
    await collector.stop()
  }
}

const total = (counted: CountedRequests): number => Object.values(counted).reduce((sum, count) => sum + count, 0)
