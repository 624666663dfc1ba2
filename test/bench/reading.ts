import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { compileFloor } from './floor.ts'
import { figuresOf } from './measure.ts'
import { sent, startPageServer, stopPageServer } from './page-server-process.ts'
import { type Lateness, type Reader, type Scenario, startCollector, startFloor } from './readers.ts'

// usage: npm run bench [-- reading --seconds N]
// Reads simulated sidecars with a C program that throws the bytes away (the floor) and with the collector, one after the other on the same core.
// Compare only within one run: the figures move with the machine's load.

const { seconds } = parseArgs({ options: { seconds: { type: 'string', default: '10' } }, allowPositionals: true }).values
const measureMs = Number(seconds) * 1_000
/** All targets once. */
const warmUpMs = 6_000
/** For the collector also: pages are learnt, code gets hot, and filtered pages are compared with whole ones for the first few scrapes. */
const collectorWarmUpMs = { off: 8_000, auto: 21_000 }

const scenarios: readonly Scenario[] = [
  { targets: 200, clusters: 10, filter: 'off', intervalSeconds: 5 },
  { targets: 500, clusters: 16, filter: 'off', intervalSeconds: 5 },
  { targets: 500, clusters: 16, filter: 'auto', intervalSeconds: 5 },
]

interface Row {
  readonly cpuMs: number
  readonly pages: number
  readonly bytes: number
  readonly rssBytes: number
  readonly lateness: string
}

const scratch = await mkdtemp(join(tmpdir(), 'mesh-telemetry-bench-'))
const floor = await compileFloor()
if ('why' in floor) console.log(`the floor is not run: ${floor.why}`)
const head = ['', 'pages', 'kB/page', 'CPU ms/MB', 'CPU ms/page', '% of a core', 'RSS MB', 'kB/pod', 'late / skipped (before)']
const table = new Table({ head, style: { head: [], border: [], compact: true } })
for (const scenario of scenarios) {
  const { targets, clusters, filter, intervalSeconds } = scenario
  const title = `${targets} pods × ${clusters} clusters, ${intervalSeconds} s, ${filter === 'auto' ? 'filtered' : 'whole pages'}`
  if ('path' in floor)
    table.push(cells(`floor:     ${title}`, scenario, await measure(scenario, warmUpMs, () => startFloor(floor.path, scenario))))
  table.push(
    cells(`collector: ${title}`, scenario, await measure(scenario, collectorWarmUpMs[filter], () => startCollector(scenario, scratch))),
  )
}
console.log(table.toString())
console.log(`load average ${loadavg()[0]?.toFixed(1)}; a run at rest and a run beside others are not comparable`)
await rm(scratch, { recursive: true, force: true })

/** Each reader meets a fresh page server: the pages begin anew. */
async function measure({ targets, clusters }: Scenario, warmMs: number, start: () => Promise<Reader>): Promise<Row> {
  const server = await startPageServer({ targets, clusters })
  try {
    const reader = await start()
    try {
      await pause(warmMs)
      const before = { ...figuresOf(reader.pid), ...(await sent(server)), ...(await reader.lateness?.()) }
      await pause(measureMs)
      const after = { ...figuresOf(reader.pid), ...(await sent(server)), ...(await reader.lateness?.()) }
      return {
        pages: after.pages - before.pages,
        bytes: after.bytes - before.bytes,
        cpuMs: after.cpuMs - before.cpuMs,
        rssBytes: after.rssBytes,
        lateness: latenessText(before, after),
      }
    } finally {
      await reader.stop()
    }
  } finally {
    await stopPageServer(server)
  }
}

/** What happened while it was measured; before that, in brackets. */
function latenessText(before: Partial<Lateness>, after: Partial<Lateness>): string {
  const { late = 0, skipped = 0 } = before
  if (after.late === undefined || after.skipped === undefined) return ''
  return `${after.late - late} / ${after.skipped - skipped} (${late} / ${skipped})`
}

function cells(title: string, { targets }: Scenario, { pages, bytes, cpuMs, rssBytes, lateness }: Row): string[] {
  const core = (cpuMs / measureMs) * 100
  return [
    title,
    String(pages),
    (bytes / pages / 1e3).toFixed(0),
    (cpuMs / (bytes / 1e6)).toFixed(2),
    (cpuMs / pages).toFixed(2),
    core.toFixed(1),
    (rssBytes / 1e6).toFixed(0),
    (rssBytes / targets / 1e3).toFixed(0),
    lateness,
  ]
}
