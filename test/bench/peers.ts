import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { leaveLastCore } from './cores.ts'
import { contenders } from './peers/contenders.ts'
import { startSink } from './peers/sink.ts'
import { type Outcome, peersTable } from './peers/table.ts'
import { tryReader } from './trial.ts'

// usage: npm run bench -- peers [--rounds N] [--warm SECONDS] [--seconds N] [--targets N] [--clusters N] [--interval SECONDS] [--only NAME,…]
// The collector beside a C program that throws the bytes away (the floor) and beside what others scrape sidecars with, one after the other on the same
// core and the same pages. Peers are built when they are first needed. Compare only within one run: the figures move with the machine's load.

const usual = { rounds: '3', warm: '30', seconds: '30', targets: '200', clusters: '9', interval: '5', only: Object.keys(contenders).join() }
const options = Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, { type: 'string', default: value } as const]))
const asked = parseArgs({ options, allowPositionals: true }).values as typeof usual
const [rounds, warmUpMs, measureMs] = [Number(asked.rounds), Number(asked.warm) * 1_000, Number(asked.seconds) * 1_000]
const mesh = { targets: Number(asked.targets), clusters: Number(asked.clusters), intervalSeconds: Number(asked.interval) }

const startedLoad = loadavg()[0]
const scratch = await mkdtemp(join(tmpdir(), 'mesh-telemetry-peers-'))
const sink = await startSink()
const outcomes: Outcome[] = []
const executables = new Map<Outcome, string>()
try {
  for (const name of asked.only.split(',')) outcomes.push(await prepare(name))
  leaveLastCore() // what is built may have all cores, what is measured not
  // Rounds of all, and not all rounds of one, so that what changes on the machine meets everybody.
  for (let round = 1; round <= rounds; round++)
    for (const [outcome, executable] of executables) await measure(outcome, { executable, round })
} finally {
  await sink.stop()
  await rm(scratch, { recursive: true, force: true })
}
console.log(
  `${mesh.targets} pods × ${mesh.clusters} clusters, every ${mesh.intervalSeconds} s; median of ${rounds} × ${asked.seconds} s, least–most`,
)
console.log(peersTable(outcomes, (mesh.targets * measureMs) / 1_000 / mesh.intervalSeconds))
for (const { contender, trials, why } of outcomes)
  if (trials.length > 0 && why !== undefined) console.log(`${contender.title}, after round ${trials.length}: ${why}`)
const loadText = `${startedLoad?.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} at the end`
console.log(`${cpus()[0]?.model.trim()} × ${cpus().length}, Linux, Node ${process.versions.node}, load average ${loadText}`)
console.log('a run at rest and a run beside others are not comparable')

async function prepare(name: string): Promise<Outcome> {
  const contender = contenders[name]
  if (!contender) throw new Error(`--only knows ${Object.keys(contenders).join(', ')}; not ${name}`)
  const found = await contender.install()
  if ('why' in found) return { contender, trials: [], why: found.why }
  const outcome: Outcome = { contender, trials: [] }
  executables.set(outcome, found.path)
  return outcome
}

/** One that fails is not tried again: its row says why. */
async function measure(outcome: Outcome, { executable, round }: { readonly executable: string; readonly round: number }): Promise<void> {
  const { contender, trials } = outcome
  if (outcome.why !== undefined) return
  const scenario = { ...mesh, filter: contender.filter }
  const start = () => contender.start({ scenario, executable, scratch, sinkUrl: sink.url })
  try {
    const trial = await tryReader(scenario, { warmUpMs, measureMs, start })
    trials.push(trial)
    const cost = (trial.cpuMs / (trial.bytes / 1e6)).toFixed(2)
    console.log(`${round}/${rounds} ${contender.title}: ${cost} ms/MB, load average ${loadavg()[0]?.toFixed(1)}`)
  } catch (error) {
    outcome.why = error instanceof Error ? error.message : String(error)
  }
}
