import type { RealSetting } from '../part.ts'
import { burst } from './burst.ts'
import type { Figures } from './check.ts'
import { FaultScene } from './fault-scene.ts'
import { recreation } from './recreation.ts'
import { rotation } from './rotation.ts'
import type { KubeServer } from './server.ts'

/** What an API server and the way to it can do. Whoever was known goes on being scraped, nothing is counted wrongly, and what is not heard is told. */
const faults: Readonly<Record<string, (scene: FaultScene) => Promise<Figures | void>>> = {
  'killed and restarted': killed,
  frozen,
  slow,
  'watches cut every second': cuts,
  'a token that is good no more': rotation,
  'a namespace deleted and made anew': recreation,
  '5,000 pods at once': burst,
}

/** Well before the next bookmark is missed: a freeze of a minute does not go unsaid. */
const frozenToldMs = 35_000

export async function faultsOfServer(server: KubeServer, { log, scratch, signal }: RealSetting): Promise<Figures> {
  await using scene = await FaultScene.begin(server, scratch)
  const figures: Record<string, string | number> = {}
  for (const [name, hurt] of Object.entries(faults)) {
    signal.throwIfAborted()
    const beganMs = performance.now()
    try {
      Object.assign(figures, await hurt(scene))
      scene.expectScraping(beganMs)
      await scene.expectTruth()
      await scene.untilHeard()
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
    log(`${name}: nothing lost (${((performance.now() - beganMs) / 1_000).toFixed(1)} s)`)
  }
  return figures
}

/** What changed while it was away is found, although the server knows nothing of what was before: it answers 410. */
async function killed(scene: FaultScene): Promise<Figures> {
  const leaving = await scene.bear('leaves-after-the-crash')
  await scene.untilScraped([leaving])
  await scene.moveRevision()
  await scene.server.kill()
  await scene.untilToldOf('kubernetes_unreachable')
  await scene.server.restart()
  const restartedMs = performance.now()
  const born = await scene.bear('born-after-the-crash')
  await scene.untilScraped([born], 40_000)
  if ((await scene.listsOfPods()) === 0) throw new Error('nothing was listed anew: the server did not answer 410')
  const figures = { 'ms from the restart of the API server to the first scrape of a new pod': Math.round(performance.now() - restartedMs) }
  await scene.bury(leaving)
  return figures
}

/** It takes connections and says nothing; those that are open stay so, as of a server that has nothing to say. */
async function frozen(scene: FaultScene): Promise<Figures> {
  scene.server.freeze()
  const frozenMs = performance.now()
  try {
    await scene.untilToldOf('kubernetes_timeout', frozenToldMs)
  } finally {
    scene.server.thaw()
  }
  const figures = { 'ms until a frozen API server is told of': Math.round(performance.now() - frozenMs) }
  const born = await scene.bear('born-after-the-thaw')
  await scene.untilScraped([born], 40_000)
  return figures
}

/** Every piece takes a second, each way. */
async function slow(scene: FaultScene): Promise<void> {
  scene.wire.delayMs = 1_000
  try {
    scene.wire.cut()
    const born = await scene.bear('born-on-a-slow-wire')
    await scene.untilScraped([born], 40_000)
    await scene.bury(born)
  } finally {
    scene.wire.delayMs = 0
  }
}

async function cuts(scene: FaultScene): Promise<void> {
  const restarts = await scene.restartsOfWatch()
  const cutting = setInterval(() => scene.wire.cut(), 1_000)
  try {
    for (let n = 1; n <= 3; n++) {
      const born = await scene.bear(`born-between-cuts-${n}`)
      await scene.untilScraped([born])
      await scene.bury(born)
    }
  } finally {
    clearInterval(cutting)
  }
  const more = (await scene.restartsOfWatch()) - restarts
  if (more < 3) throw new Error(`the watch of pods was begun anew only ${more} times: it was not cut`)
}
