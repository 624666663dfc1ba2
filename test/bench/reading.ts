import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { leaveLastCore } from './cores.ts'
import { compileFloor } from './floor.ts'
import { type Scenario, startCollector, startFloor } from './readers.ts'
import { type Trial, tryReader } from './trial.ts'

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

const scratch = await mkdtemp(join(tmpdir(), 'mesh-telemetry-bench-'))
const floor = await compileFloor()
leaveLastCore()
if ('why' in floor) console.log(`the floor is not run: ${floor.why}`)
const head = ['', 'pages', 'kB/page', 'CPU ms/MB', 'CPU ms/page', '% of a core', 'RSS MB', 'kB/pod', 'late / skipped (before)']
const table = new Table({ head, style: { head: [], border: [], compact: true } })
for (const scenario of scenarios) {
  const { targets, clusters, filter, intervalSeconds } = scenario
  const title = `${targets} pods × ${clusters} clusters, ${intervalSeconds} s, ${filter === 'auto' ? 'filtered' : 'whole pages'}`
  if ('path' in floor) {
    const start = () => startFloor(floor.path, scenario, scratch)
    table.push(cells(`floor:     ${title}`, scenario, await tryReader(scenario, { warmUpMs, measureMs, start })))
  }
  const start = () => startCollector(scenario, scratch)
  table.push(cells(`collector: ${title}`, scenario, await tryReader(scenario, { warmUpMs: collectorWarmUpMs[filter], measureMs, start })))
}
console.log(table.toString())
console.log(`load average ${loadavg()[0]?.toFixed(1)}; a run at rest and a run beside others are not comparable`)
await rm(scratch, { recursive: true, force: true })

/** What happened while it was measured; before that, in brackets. */
function latenessText(lateness: Trial['lateness']): string {
  if (!lateness) return ''
  const { meanwhile, before } = lateness
  return `${meanwhile.late} / ${meanwhile.skipped} (${before.late} / ${before.skipped})`
}

function cells(title: string, { targets }: Scenario, { pages, bytes, cpuMs, rssBytes, lateness }: Trial): string[] {
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
    latenessText(lateness),
  ]
}
