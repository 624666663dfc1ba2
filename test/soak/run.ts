import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { startDemoMesh } from '../../src/demo/mesh.ts'
import { CollectorProcess } from '../real/collector-process.ts'
import { Churn } from './churn.ts'
import { heads, row } from './progress.ts'
import { repeatedly } from './repeatedly.ts'
import { type Sample, sampleOf } from './sample.ts'
import { judge } from './verdict.ts'

// usage: npm run soak [-- --minutes N]
// Churn at about a hundred times real life against the program itself, and whether anything of it grows. Ends with 1 if so.

const { minutes: minutesText } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } }).values
const minutes = Number(minutesText)
const fewestMinutes = 3
if (!(minutes >= fewestMinutes)) {
  console.error(`--minutes is a number of at least ${fewestMinutes}; "${minutesText}" is not.`)
  process.exit(2)
}
const sampleEveryMs = 10_000
/** So low that a run reaches it in its first third: what is dropped for room must be gone. */
const edgeLimit = 100
const main = join(import.meta.dirname, '../../src/main.ts')

const scratch = await mkdtemp(join(tmpdir(), 'mesh-telemetry-soak-'))
const over = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => over.abort())
const exitCodes = { flat: 0, grows: 1, interrupted: 130 }
const outcome = await soak().catch((error: unknown) => {
  if (over.signal.aborted) return 'interrupted' as const
  throw error
})
if (outcome === 'grows') console.log(`what the collector said: ${scratch}`)
else await rm(scratch, { recursive: true, force: true })
process.exit(exitCodes[outcome])

async function soak(): Promise<'flat' | 'grows'> {
  const manifests = join(scratch, 'manifests')
  const state = join(scratch, 'state')
  await mkdir(manifests)
  const mesh = await startDemoMesh({ tickMs: 0, hosts: ['127.71.0', '127.72.0'], manifestsFolder: manifests, onEpisode: () => {} })
  const churn = new Churn(manifests)
  const config = {
    discover: { source: 'manifests', manifests: { path: manifests } },
    scrape: { interval: '500ms', allowLoopback: true },
    aggregate: { edgeLimit },
    history: { window: '10m', memory: '1MiB' },
    state: { path: state },
  }
  const witness = join(scratch, 'witness.json')
  const witnessModule = pathToFileURL(join(import.meta.dirname, 'witness.ts'))
  witnessModule.searchParams.set('file', witness)
  // Without the launcher: it is the collector's own process that is looked at.
  const command = [process.execPath, '--expose-gc', '--import', witnessModule.href, main]
  const collector = await CollectorProcess.run(config, { scratch, command })
  const ended = new AbortController()
  const signal = AbortSignal.any([over.signal, ended.signal])
  const work = [repeatedly(100, () => mesh.advance(1_000), signal), repeatedly(2_000, () => readAll(collector), signal)]
  try {
    churn.start()
    return await watched(collector, { state, witness, churn, work })
  } finally {
    ended.abort()
    await Promise.allSettled(work)
    await churn.close()
    await mesh.close()
    const code = await collector.stop()
    console.log(`the collector ended with ${code}`)
  }
}

/** As a Prometheus and an open web page do. */
async function readAll(collector: CollectorProcess): Promise<void> {
  for (const path of ['/metrics/osm', '/metrics/edges', '/api/v1/edges', '/api/v1/targets', '/']) await collector.text(path)
}

interface Watched {
  readonly state: string
  readonly witness: string
  readonly churn: Churn
  readonly work: readonly Promise<void>[]
}

/** Samples until the time is over, and judges. */
async function watched(collector: CollectorProcess, { state, witness, churn, work }: Watched): Promise<'flat' | 'grows'> {
  const samples: Sample[] = []
  const left: number[] = []
  console.log(heads)
  const wanted = Math.round((minutes * 60_000) / sampleEveryMs)
  for (let n = 1; n <= wanted; n++) {
    const waited = pause(sampleEveryMs, undefined, { signal: over.signal })
    await Promise.race([waited, Promise.all(work)]) // work ends early only by failing
    const sample = await sampleOf(collector, { state, witness })
    samples.push(sample)
    left.push(churn.left)
    if (n % 6 === 0 || n === wanted) console.log(row((n * sampleEveryMs) / 60_000, sample, churn.left))
  }
  const third = Math.floor(wanted / 3)
  const judged = judge(samples, (left.at(-1) ?? 0) - (left[third] ?? 0))
  const table = new Table({ head: ['', 'second third', 'last third', 'at most', ''], style: { head: [], border: [], compact: true } })
  for (const { title, second, last, allowed, grows } of judged)
    table.push([title, second.toFixed(1), last.toFixed(1), allowed.toFixed(1), grows ? 'GROWS' : 'flat'])
  console.log(table.toString())
  const growing = judged.filter(({ grows }) => grows).map(({ title }) => title)
  console.log(growing.length > 0 ? `grows: ${growing.join(', ')}` : 'nothing grows')
  return growing.length > 0 ? 'grows' : 'flat'
}
