import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/runtime/clock.ts'
import { openState } from '../../src/state/durable.ts'
import { testTelemetry } from '../support/telemetry.ts'
import { context, write, type Written } from './outbox-writer.ts'

// usage: npm run bench -- outbox [--minutes 60] [--pods 500] [--clusters 8]
// An hour's rows of a large mesh are committed round by round, the process is killed, and another one drains what it left.

const load = { minutes: option('minutes', 60), pods: option('pods', 500), clusters: option('clusters', 8) }
const writerOf = process.argv.indexOf('--write')
if (writerOf < 0) await bench()
else {
  process.on('disconnect', () => process.exit())
  process.send?.(await write(process.argv[writerOf + 1] ?? '', load))
}

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-bench-'))
  try {
    const written = await writtenAndKilled(folder)
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
    const { chunks, rows, bytes, keptBytes, commitMs, heldMs } = written
    console.log(
      `${rows} rows in ${chunks} chunks: ${mebi(bytes)} as JSON, ${mebi(keptBytes)} compressed, ${mebi(sizes.reduce((a, b) => a + b, 0))} on disk`,
    )
    console.log(
      `a round's commit: ${middle(commitMs)} ms in the middle, ${Math.max(...commitMs).toFixed(0)} ms at most; the loop stood still for ${Math.max(...heldMs).toFixed(0)} ms at most`,
    )
    await drain(folder, written)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writtenAndKilled(folder: string): Promise<Written> {
  const writer = fork(import.meta.filename, [...process.argv.slice(2), '--write', folder])
  const [written] = (await once(writer, 'message')) as [Written]
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  return written
}

async function drain(folder: string, { rows }: Written): Promise<void> {
  const beganMs = performance.now()
  const state = await openState(folder, { ...context, clock: systemClock, telemetry: testTelemetry() })
  await state.load()
  const loadedMs = performance.now()
  let count = 0
  for (;;) {
    const chunk = await state.outbox.next('bench')
    if (!chunk) break
    count += chunk.count
    state.outbox.delivered('bench', chunk.id)
  }
  const drainedMs = performance.now()
  await state.close()
  console.log(
    `after the kill: loaded in ${(loadedMs - beganMs).toFixed(0)} ms, drained in ${((drainedMs - loadedMs) / 1e3).toFixed(1)} s, ${rows - count} rows missing`,
  )
  console.log(`memory of the draining process: ${mebi(process.memoryUsage().rss)}`)
}

function mebi(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`
}

function middle(figures: readonly number[]): string {
  return (figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0).toFixed(0)
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
