import { loadavg } from 'node:os'
import { gzipSync } from 'node:zlib'
import Table from 'cli-table3'
import { Aggregator } from '../../src/aggregate/aggregator.ts'
import { eventCatalogue, metricCatalogue } from '../../src/catalogue.ts'
import { configSchema } from '../../src/config/schema.ts'
import { insightsPage } from '../../src/forward/prometheus/insights.ts'
import { Rows } from '../../src/forward/rows/rows.ts'
import type { Chunk } from '../../src/model/chunk.ts'
import type { Target } from '../../src/model/target.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { someClusterId } from '../support/agent-bytes.ts'
import { type Cost, costOf } from '../support/demo-rows.ts'
import { pagesOf } from './pages.ts'

// usage: npm run bench -- rows
// What a round of rows costs the thread that scrapes and serves: 500 pods that call 8 services each, ten rounds, full and compact, three quarters of the series moving.
// Held is the longest that others waited for their turn, by the clock; without the state's thread, which compresses and writes. Then what rows of the demo's mesh
// at a hundred pods weigh, beside those of Azure's agent.

const pods = 500
const rounds = 10
const config = configSchema.parse({})
const telemetry = createTelemetry(createLog({ level: 'error' }), metricCatalogue, eventCatalogue)
const fidelities = ['full', 'compact'] as const
const rowsOf = (fidelity: (typeof fidelities)[number]) =>
  new Rows({ fidelity, clusterId: someClusterId }, { clock, telemetry, areTaken: true })
const ours = { full: rowsOf('full'), compact: rowsOf('compact') }

const aggregator = new Aggregator(config.aggregate, { clock, telemetry })
const [parser, relabeller] = [createParser(), createRelabeller(config.relabel)]
const wanted = wantedOfSidecar('osm', { requestStats: true })
const bodies = pagesOf({ clusters: 8, pages: rounds + 1, filtered: true }).map((text) => Buffer.from(text))

function readAll(page: number): void {
  for (let n = 0; n < pods; n++) read(n, bodies[page] as Buffer)
}

const targets = new Map<number, Target>()

function read(n: number, body: Buffer): void {
  const id = `bench-${n}:15010`
  const name = `store-${n % 50}-7d4cdc5f9b-${n}`
  const target = targets.get(n) ?? {
    id,
    url: new URL('http://127.0.0.1:15010/stats/prometheus'),
    kind: 'sidecar' as const,
    dialect: 'osm' as const,
    pod: {
      namespace: 'bench',
      name,
      uid: id,
      app: `store-${n % 50}`,
      controller: { kind: 'ReplicaSet', name: `store-${n % 50}-7d4cdc5f9b` },
    },
    labels: {},
    node: 'aks-nodepool1-00000000-vmss000000',
    bornWatched: true,
    terminating: false,
  }
  targets.set(n, target)
  const { shape, values } = parser.read({ id, wanted, body })
  const names = relabeller.names(target, shape)
  aggregator.add({ target, targetLabels: relabeller.labels(target), names, values, asked: 'whole', timestampMs: clock.wallMs() })
}

/** How long the work took, and the longest that it went on before it yielded. */
function held(work: Iterable<Chunk | undefined>) {
  const chunks: Chunk[] = []
  let [took, longest, from] = [0, 0, performance.now()]
  for (const chunk of work) {
    const ms = performance.now() - from
    took += ms
    longest = Math.max(longest, ms)
    if (chunk) chunks.push(chunk)
    from = performance.now()
  }
  return { chunks, took, longest }
}

readAll(0)
const { committed, ...first } = aggregator.checkpoint()
const table = new Table({
  head: ['', 'ms of the thread', 'held max ms', 'rows', 'bytes', 'bytes a row', 'chunks'],
  style: { head: [], border: [] },
})
const line = (title: string, { chunks, took, longest }: ReturnType<typeof held>) => {
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0)
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.body.byteLength, 0)
  table.push([title, took.toFixed(0), longest.toFixed(1), count, bytes, (bytes / count).toFixed(0), chunks.length])
}
const took = { full: [] as ReturnType<typeof held>[], compact: [] as ReturnType<typeof held>[] }
for (const fidelity of fidelities)
  line(`${fidelity}: all born at once`, held(ours[fidelity].turnover({ ...first, wallMs: committed.wallMs }).chunks))
for (let round = 1; round <= rounds; round++) {
  readAll(round)
  const { committed: now, ...turnover } = aggregator.checkpoint()
  for (const fidelity of fidelities) {
    ours[fidelity].turnover({ ...turnover, wallMs: now.wallMs })
    took[fidelity].push(held(ours[fidelity].round(turnover.sheets)))
  }
}
for (const fidelity of fidelities) {
  const measured = took[fidelity].sort((a, b) => a.took - b.took)
  line(`${fidelity}: a round, median`, measured[rounds / 2] as (typeof measured)[number])
  line(`${fidelity}: a round, slowest`, measured.at(-1) as (typeof measured)[number])
}
console.log(table.toString())
const [sample] = took.full[0]?.chunks ?? []
if (sample)
  console.log(`a chunk compressed with gzip: ${(sample.body.byteLength / gzipSync(sample.body, { level: 1 }).byteLength).toFixed(0)} to 1`)
let [bytes, longest, from] = [0, 0, performance.now()]
const began = from
const page = insightsPage(
  () => first.sheets,
  (sheet) => ours.full.shown(sheet),
  { turn: async () => {} },
)
for await (const part of page.render()) {
  longest = Math.max(longest, performance.now() - from)
  bytes += Buffer.byteLength(part)
  from = performance.now()
}
console.log(`${page.path}: ${bytes} bytes in ${(performance.now() - began).toFixed(0)} ms, held ${longest.toFixed(1)} ms at most`)
const cost = costOf({ worlds: 13, minutes: 10, clusterId: someClusterId, fidelities })
const weight = (title: string, { rows, bytes }: Cost) =>
  `${title}: ${rows} rows, ${bytes} bytes, ${(cost.agent.bytes / bytes).toFixed(1)} times fewer than the agent's`
console.log(`the demo's mesh, ${cost.pods} pods, ten minutes`)
console.log([weight('agent', cost.agent), weight('full', cost.full), weight('compact', cost.compact)].join('\n'))
console.log(`load average ${loadavg()[0]?.toFixed(1)}`)
