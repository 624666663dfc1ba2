import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeLoadMs, increase, truth, underLoad, withDemoMesh } from '../demo-mesh.ts'
import type { RealPart, RealSetting } from '../part.ts'
import { Scene } from './scene.ts'
import { Volume } from './volume.ts'

interface Act {
  readonly name: string
  readonly mount: (path: string) => Promise<Volume>
  /** Throws when it is not as it should be. */
  readonly play: (scene: Scene) => Promise<void>
}

/** What a disk can do to the state: counting goes on, it is told, and afterwards nothing is counted twice or shown lower. */
export const diskPart: RealPart = {
  name: 'disk',
  async run(setting) {
    const figures: Record<string, string> = {}
    for (const act of acts) figures[act.name] = await perform(act, setting)
    const skipped = Object.values(figures).filter((outcome) => outcome !== 'passed')
    return skipped.length === acts.length ? { outcome: 'not run', why: skipped[0] ?? '' } : { outcome: 'passed', figures }
  },
}

async function perform({ name, mount, play }: Act, setting: RealSetting): Promise<string> {
  const scratch = join(setting.scratch, name.replaceAll(' ', '-'))
  await mkdir(scratch)
  const volume = await mount(join(scratch, 'volume')).catch((error: unknown) => String(error).trim().split('\n').at(-1))
  if (!(volume instanceof Volume)) return `not run because nothing can be mounted: ${volume}`
  try {
    await withDemoMesh(scratch, async (mesh, scraping) => {
      const scene = new Scene(mesh, { volume, scraping, scratch })
      try {
        await play(scene)
      } finally {
        await scene.stop()
      }
    })
    return 'passed'
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  } finally {
    await volume.unmount()
  }
}

const acts: readonly Act[] = [
  { name: 'a full disk', mount: (path) => Volume.inMemory(path, '2m'), play: fullDisk },
  { name: 'a disk that the outbox crowds', mount: (path) => Volume.inMemory(path, '2m'), play: crowdedDisk },
  { name: 'a read-only disk at the start', mount: (path) => Volume.inMemory(path, '8m'), play: readOnlyDisk },
  { name: 'a disk that breaks', mount: (path) => Volume.inFile(path, 32 * 2 ** 20), play: brokenDisk },
]

async function begin(scene: Scene): Promise<void> {
  await scene.start()
  await scene.mesh.advance(beforeLoadMs)
  await scene.expectTruth('before anything happened')
}

async function fullDisk(scene: Scene): Promise<void> {
  await begin(scene)
  await scene.volume.fill()
  const isTrouble = await scene.underLoadUntil(true, { mayFit: true })
  await underLoad(scene.mesh, 2_000)
  await scene.expectTruth('on the full disk')
  await scene.expectRowsToArrive('on the full disk')
  await scene.volume.empty()
  if (isTrouble) await scene.underLoadUntil(false)
  await underLoad(scene.mesh, 1_000)
  await scene.crash()
  await scene.start()
  await scene.expectNothingLower()
  await scene.expectTruth('after the crash')
  await scene.expectRowsToArrive('after the crash')

  await scene.stop()
  await scene.volume.fill()
  await underLoad(scene.mesh, 1_000)
  await scene.start()
  await scene.expectTruth('after a start on a full disk')
}

async function crowdedDisk(scene: Scene): Promise<void> {
  await scene.setRowsBlocked(true)
  await begin(scene)
  const { limitBytes, bytes } = (await scene.underLoadUntilCrowded()).queued
  if (bytes > limitBytes || limitBytes > 2 ** 20) throw new Error(`of 2 MiB ${bytes} bytes were taken, ${limitBytes} allowed`)
  await underLoad(scene.mesh, 2_000)
  await scene.expectTruth('beside a full outbox')
  await scene.volume.fill()
  await underLoad(scene.mesh, 2_000)
  await scene.underLoadUntil(false)
  await scene.expectTruth('beside a full outbox on a full disk')
  await scene.crash()
  await scene.start()
  await scene.expectNothingLower()
  await scene.expectTruth('after the crash')
  await scene.setRowsBlocked(false)
  await scene.expectRowsToArrive('after the crash')
}

async function readOnlyDisk(scene: Scene): Promise<void> {
  await begin(scene)
  await underLoad(scene.mesh, 1_000)
  await scene.stop()
  await scene.volume.setReadOnly(true)
  await scene.start()
  await scene.underLoadUntil(true)
  const [shown, was] = [await scene.shown(), truth(scene.mesh)]
  await scene.expect({}, 'at rest, counting from the start on', (now) => increase(now, shown))
  const expectIncrease = (when: string) => scene.expect(increase(truth(scene.mesh), was), when, (now) => increase(now, shown))
  await underLoad(scene.mesh, 2_000)
  await expectIncrease('on the read-only disk')
  await scene.expectRowsToArrive('on the read-only disk')

  await scene.volume.setReadOnly(false)
  await scene.underLoadUntil(false)
  const files = await readdir(join(scene.volume.path, 'state'))
  if (!files.some((name) => /^mesh-telemetry\.db\.\d{4}-/.test(name)))
    throw new Error(`the earlier state was not moved aside: ${files.join()}`)
  await scene.crash()
  await underLoad(scene.mesh, 1_000)
  await scene.start()
  await scene.expectNothingLower()
  await expectIncrease('after the crash')
}

async function brokenDisk(scene: Scene): Promise<void> {
  await begin(scene)
  await scene.volume.breakDown()
  await scene.underLoadUntil(true)
  await underLoad(scene.mesh, 2_000)
  await scene.expectTruth('on the broken disk')
  await scene.expectRowsToArrive('on the broken disk')
  await scene.stop()
  await scene.volume.replace()
  await scene.start()
  await scene.expectTruth('on a disk that was repaired')
}
