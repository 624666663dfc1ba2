import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { DemoMesh } from '../../../src/demo/mesh.ts'
import type { StatusAnswer } from '../../../src/model/figures.ts'
import { CollectorProcess } from '../collector-process.ts'
import { beforeLoadMs, underLoad, withDemoMesh } from '../demo-mesh.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { acceptedLines, fallingSeries, writtenLines } from './accepted.ts'

const kills = 30
/** How long a process lives at most: two or three rounds of rows. */
const lifeMs = 3_000
const drainedWithinMs = 60_000
const main = join(import.meta.dirname, '../../../src/main.ts')

/**
 * The real process is killed at random moments while it writes rows, and for a third of the time cannot write them: whatever a dead one had accepted stands in
 * the files afterwards, whole, and no counter falls.
 */
export const outboxPart: RealPart = {
  name: 'outbox',
  run: (setting) => withDemoMesh(setting.scratch, (mesh, scraping) => prove(mesh, scraping, setting)),
}

async function prove(mesh: DemoMesh, scraping: object, { scratch, signal, log }: RealSetting): Promise<RealOutcome> {
  const [state, folder] = [join(scratch, 'state'), join(scratch, 'rows')]
  const config = {
    ...scraping,
    state: { path: state },
    rows: { interval: '1s' },
    forward: { files: { path: folder, rotateAt: '2MiB', keep: 10_000 } },
  }
  const start = () => CollectorProcess.run(config, { scratch, command: [process.execPath, main] })
  const accepted = new Set<string>()
  await writeFile(folder, 'in the way')
  let collector = await start()
  try {
    await collector.until('/readyz', 10_000)
    await mesh.advance(beforeLoadMs)
    for (let kill = 1; kill <= kills && !signal.aborted; kill++) {
      if (kill === kills / 3) await rm(folder)
      await underLoad(mesh, Math.random() * lifeMs)
      await collector.crash()
      for (const line of await acceptedLines(state, scratch)) accepted.add(line)
      collector = await start()
      if (kill % 10 === 0) log(`${kill} kills, ${accepted.size} rows accepted by the dead`)
    }
    const left = await queuedAtLast(collector)
    if (left > 0) return { outcome: 'failed', why: `${left} rows still wait` }
  } finally {
    await collector.stop()
  }
  return verdict(accepted, await writtenLines(folder))
}

/** Rows go on coming; what counts is that it is empty once. */
async function queuedAtLast(collector: CollectorProcess): Promise<number> {
  const endMs = performance.now() + drainedWithinMs
  for (;;) {
    const { destinations } = await collector.json<StatusAnswer>('/api/v1/status')
    const queued = destinations[0]?.queued.count ?? Infinity
    if (queued === 0 || performance.now() > endMs) return queued
    await pause(100)
  }
}

function verdict(accepted: ReadonlySet<string>, lines: readonly string[]): RealOutcome {
  const written = new Set(lines)
  const missing = [...accepted].filter((line) => !written.has(line))
  const figures = { kills, accepted: accepted.size, written: written.size, repeated: lines.length - written.size }
  if (accepted.size === 0) return { outcome: 'failed', why: 'nothing was ever accepted', figures }
  if (missing.length > 0)
    return { outcome: 'failed', why: `${missing.length} accepted rows are in no file, such as ${missing[0]}`, figures }
  const falling = fallingSeries(lines)
  return falling === undefined ? { outcome: 'passed', figures } : { outcome: 'failed', why: falling, figures }
}
