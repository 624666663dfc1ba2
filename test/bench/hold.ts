import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import Table from 'cli-table3'
import { Aggregator } from '../../src/aggregate/aggregator.ts'
import { eventCatalogue, metricCatalogue } from '../../src/catalogue.ts'
import { configSchema } from '../../src/config/schema.ts'
import { Rows } from '../../src/forward/rows/rows.ts'
import type { Target } from '../../src/model/target.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { Pipeline } from '../../src/pipeline.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { Snapshot } from '../../src/snapshot/snapshot.ts'
import { openState } from '../../src/state/durable.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { Collections, lengthMs, now, type Stretch, stretchSince } from './collections.ts'
import { pagesOf } from './pages.ts'

// usage: npm run bench -- hold
// How long commits hold the thread that scrapes and serves, with the state on disk: while all sums are copied, while each part is handed to the state's
// thread, and while they are shown, in slices. Pages come as the schedule brings them, a twentieth of all targets between two commits. Held
// is what the clock says, with the time that others had the processor; processor is what the thread worked in the longest go; own is without the garbage
// collector, which comes ten times as often here as in life, for the pages of two minutes are read in seconds.

const commitsPerRound = 20 // 10 s at one commit each 500 ms
const clusters = 8
const podsPerWorkload = 10
const pagesPerTarget = 12

interface Hold {
  readonly copyMs: number
  /** Each time in one go, of whatever the commit did. */
  readonly stretches: readonly Stretch[]
}

const wanted = wantedOfSidecar('osm', { requestStats: true })

const head = ['ms', 'copy p50', 'p99', 'held p50', 'p99', 'max', 'processor p99', 'max', 'own max']
const table = new Table({ head, style: { head: [], border: [], compact: true } })
for (const targets of [1_000, 5_000]) {
  const collections = new Collections()
  const { first, rest, series, cells } = await run(targets)
  await collections.close()
  const title = `${targets} pods × ${series} series, ${cells} cells`
  table.push([`${title}, first round`, ...figures(first, collections)], [`${title}, then`, ...figures(rest, collections)])
}
console.log(table.toString())
console.log(`load average ${loadavg()[0]?.toFixed(1)}`)

async function run(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-telemetry-hold-'))
  const stages = await stagesOver(folder)
  const { pipeline, state } = stages
  try {
    await pipeline.restore()
    const targets = Array.from({ length: count }, (_, n) => targetOf(n))
    const pods = targets.flatMap(({ pod }) => pod ?? [])
    const found = { targets, pods, dropped: [], paused: new Set<string>(), rule: '', namespaces: ['bench'], problems: [], notes: new Map() }
    pipeline.discovered(found, { sync: () => {}, close: async () => {} })
    const bodies = pagesOf({ clusters, pages: pagesPerTarget, filtered: true }).map((page) => Buffer.from(page))
    const holds: Hold[] = []
    let series = 0
    for (const body of bodies)
      for (let commit = 0; commit < commitsPerRound; commit++) {
        series = await answer(pipeline, { targets: targets.filter((_, n) => n % commitsPerRound === commit), body })
        holds.push(await stages.commit())
      }
    const cells = stages.snapshot.shown?.values.length ?? 0
    return { first: holds.slice(0, commitsPerRound), rest: holds.slice(commitsPerRound), series, cells }
  } finally {
    await state.close()
    await rm(folder, { recursive: true })
  }
}

/** All of them answer with that page, a few at a time. */
async function answer(pipeline: Pipeline, { targets, body }: { targets: readonly Target[]; body: Buffer }): Promise<number> {
  let series = 0
  for (const [n, target] of targets.entries()) {
    const read = pipeline.page({ target, wanted, body, asked: 'filter', timestampMs: Date.now() })
    if (read instanceof Error) throw read
    series = read.series
    if (n % 10 === 0) await turn()
  }
  await turn()
  return series
}

function targetOf(n: number): Target {
  const store = `store-${Math.floor(n / podsPerWorkload)}`
  const controller = { kind: 'ReplicaSet', name: `${store}-7d4cdc5f9b` }
  return {
    id: `bench-${n}:15010`,
    url: new URL('http://127.0.0.1:15010/stats/prometheus'),
    kind: 'sidecar',
    dialect: 'osm',
    pod: { namespace: 'bench', name: `${controller.name}-${n}`, uid: `bench-${n}`, app: store, controller },
    labels: {},
    bornWatched: false,
    terminating: false,
  }
}

/** The stages of the collector from the parser on, over a state in that folder; the parts of a commit are timed. */
async function stagesOver(folder: string) {
  const config = configSchema.parse({})
  const clock = systemClock
  const telemetry = createTelemetry(createLog({ level: 'error' }), metricCatalogue, eventCatalogue)
  const aggregator = new Aggregator(config.aggregate, { clock, telemetry })
  const snapshot = new Snapshot({ history: config.history, intervalMs: 10_000, version: 'bench' }, { clock })
  const state = await openState(folder, { clock, telemetry, outbox: config.outbox, takers: [] })
  const copy = timed(aggregator, 'checkpoint')
  const pipeline = new Pipeline({
    parser: createParser(config.parse),
    relabeller: createRelabeller(config.relabel),
    aggregator,
    state,
    snapshot,
    clock,
    rows: new Rows(config.rows, { clock, telemetry, areTaken: false }),
  })
  const commit = async (): Promise<Hold> => {
    let isDone = false
    const done = pipeline.commit().finally(() => (isDone = true))
    const stretches: Stretch[] = []
    for (let began = now(); !isDone; began = now()) {
      await turn() // everything that was ready is done before
      const stretch = stretchSince(began)
      if (lengthMs(stretch) > 0.05) stretches.push(stretch) // else nothing was done but to wait for the disk
    }
    await done
    return { copyMs: copy(), stretches }
  }
  return { pipeline, state, snapshot, commit }
}

/** From now on each call of the method is timed; returns how long the last one took. */
function timed<Name extends string>(object: Readonly<Record<Name, (...args: never[]) => unknown>>, name: Name): () => number {
  const method = object[name]
  let lastMs = 0
  const call = (...args: never[]): unknown => {
    const beganMs = performance.now()
    const answer = method.apply(object, args)
    lastMs = performance.now() - beganMs
    return answer
  }
  Object.defineProperty(object, name, { value: call })
  return () => lastMs
}

function figures(holds: readonly Hold[], collections: Collections): string[] {
  const longest = (of: (stretch: Stretch) => number) =>
    holds.map(({ stretches }) => stretches.reduce((most, one) => Math.max(most, of(one)), 0))
  const copied = holds.map(({ copyMs }) => copyMs)
  const held = longest(lengthMs)
  const worked = longest(({ processorMs }) => processorMs)
  const own = longest((stretch) => stretch.processorMs - Math.min(stretch.processorMs, collections.within(stretch)))
  return [at(0.5, copied), at(0.99, copied), at(0.5, held), at(0.99, held), at(1, held), at(0.99, worked), at(1, worked), at(1, own)]
}

function at(share: number, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2)
}
