import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { StatusAnswer } from '../../src/model/figures.ts'
import { figuresOf } from './measure.ts'
import { sent, startPageServer, stopPageServer } from './page-server-process.ts'
import { type Collecting, startCollector } from './readers.ts'

// usage: npm run bench -- overload [--targets N] [--clusters N] [--interval SECONDS] [--seconds N]
// More whole pages than one thread can read within the interval: how far reading is stretched, whether all targets lose the same, and what whoever asks
// the collector meanwhile notices. For the last third most targets leave, so that there is time again.

const words = { targets: '500', clusters: '16', interval: '0.1', seconds: '72' }
const { targets, clusters, interval, seconds } = numbers()
const periods = 12
const askEveryMs = 50

interface Asked {
  readonly tookMs: readonly number[]
  readonly reason: string
}

const scratch = await mkdtemp(join(tmpdir(), 'mesh-telemetry-overload-'))
const server = await startPageServer({ targets, clusters })
const collector = await startCollector({ targets, clusters, filter: 'off', intervalSeconds: interval }, scratch)
const head = [
  's',
  'targets',
  'read every',
  'pages/s',
  'least–most per target',
  'late / skipped',
  '% of a core',
  'RSS MB',
  '/readyz p50 / max ms',
  'up',
  'loop lag p99 ms',
]
const table = new Table({ head, style: { head: [], border: [], compact: true } })
let said = ''
try {
  await collector.until('/readyz', 120_000)
  let left = targets
  for (let period = 1; period <= periods; period++) {
    if (period === Math.round((periods * 2) / 3) + 1) await collector.keep((left = Math.ceil(targets / 10)))
    table.push(await observe(period, left))
  }
} finally {
  await collector.stop()
  await stopPageServer(server)
  await rm(scratch, { recursive: true, force: true })
}
console.log(`${targets} pods × ${clusters} clusters, whole pages, every ${interval} s, on one core`)
console.log(table.toString())
console.log(`/readyz said at last: ${said}`)
console.log(`load average ${loadavg()[0]?.toFixed(1)}; a run at rest and a run beside others are not comparable`)

async function observe(period: number, left: number): Promise<string[]> {
  const before = { ...figuresOf(collector.pid), ...(await sent(server)), ...(await collector.lateness()) }
  const fromMs = performance.now()
  const { tookMs, reason } = await ask(collector, (seconds * 1_000) / periods)
  const took = (performance.now() - fromMs) / 1_000
  const after = { ...figuresOf(collector.pid), ...(await sent(server)), ...(await collector.lateness()) }
  if (reason !== '') said = reason
  const reads = after.served.slice(0, left).map((count, n) => count - (before.served[n] ?? 0))
  const status = JSON.parse(await (await fetch(`${collector.url}/api/v1/status`)).text()) as StatusAnswer
  const own = await (await fetch(`${collector.url}/metrics`)).text()
  const lag = Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(own)?.[1]) * 1_000
  const sorted = tookMs.toSorted((a, b) => a - b)
  return [
    ((period * seconds) / periods).toFixed(0),
    String(left),
    `${status.scrape.everyNth} × ${interval} s`,
    ((after.pages - before.pages) / took).toFixed(0),
    `${Math.min(...reads)}–${Math.max(...reads)}`,
    `${after.late - before.late} / ${after.skipped - before.skipped}`,
    ((after.cpuMs - before.cpuMs) / took / 10).toFixed(0),
    (after.rssBytes / 1e6).toFixed(0),
    `${sorted[sorted.length >> 1]?.toFixed(0)} / ${sorted.at(-1)?.toFixed(0)}`,
    `${status.targets.up ?? 0}`,
    lag.toFixed(0),
  ]
}

/** Asks whether it is ready, again and again. */
async function ask({ url }: Collecting, forMs: number): Promise<Asked> {
  const endMs = performance.now() + forMs
  const tookMs: number[] = []
  let reason = ''
  while (performance.now() < endMs) {
    const fromMs = performance.now()
    const answer = await fetch(`${url}/readyz`)
    const text = await answer.text()
    tookMs.push(performance.now() - fromMs)
    if (answer.status !== 200) throw new Error(`/readyz answered ${answer.status}: ${text}`)
    reason = (JSON.parse(text) as { reason?: string }).reason ?? ''
    await pause(askEveryMs)
  }
  return { tookMs, reason }
}

function numbers(): Record<keyof typeof words, number> {
  const options = Object.fromEntries(Object.entries(words).map(([name, value]) => [name, { type: 'string', default: value } as const]))
  const { values } = parseArgs({ options, allowPositionals: true })
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) as Record<keyof typeof words, number>
}
