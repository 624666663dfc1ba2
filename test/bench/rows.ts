import { loadavg } from 'node:os'
import { gzipSync } from 'node:zlib'
import Table from 'cli-table3'
import { Aggregator } from '../../src/aggregate/aggregator.ts'
import { eventCatalogue, metricCatalogue } from '../../src/catalogue.ts'
import { configSchema } from '../../src/config/schema.ts'
import { insightsPage } from '../../src/forward/prometheus/insights.ts'
import { Rows } from '../../src/forward/rows/rows.ts'
import type { Chunk } from '../../src/model/chunk.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { pagesOf } from './pages.ts'

// usage: npm run bench -- rows
// What a round of rows costs the thread that scrapes and serves: 500 pods that call 8 services each, ten rounds. Held is the longest that others waited for
// their turn, by the clock; without the state's thread, which compresses and writes.

const pods = 500
const rounds = 10
const config = configSchema.parse({})
const telemetry = createTelemetry(createLog({ level: 'error' }), metricCatalogue, eventCatalogue)
const rows = new Rows(
  {
    clusterId:
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/mesh/providers/Microsoft.ContainerService/managedClusters/mesh',
  },
  { clock, telemetry, areTaken: true },
)

const aggregator = new Aggregator(config.aggregate, { clock, telemetry })
const [parser, relabeller] = [createParser(), createRelabeller(config.relabel)]
const wanted = wantedOfSidecar('osm', { requestStats: true })
const [text = ''] = pagesOf({ clusters: 8, pages: 1, filtered: true })
const body = Buffer.from(text)
for (let n = 0; n < pods; n++) {
  const id = `bench-${n}:15010`
  const name = `store-${n % 50}-7d4cdc5f9b-${n}`
  const target = {
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

const { committed, sheets, born, left } = aggregator.checkpoint()
const first = held(rows.turnover({ sheets, born, left, wallMs: committed.wallMs }).chunks)
const table = new Table({
  head: ['', 'ms of the thread', 'held max ms', 'rows', 'bytes', 'bytes a row', 'chunks'],
  style: { head: [], border: [] },
})
const line = (title: string, { chunks, took, longest }: ReturnType<typeof held>) => {
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0)
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.body.byteLength, 0)
  table.push([title, took.toFixed(0), longest.toFixed(1), count, bytes, (bytes / count).toFixed(0), chunks.length])
}
line('all born at once', first)
const measured = Array.from({ length: rounds }, () => held(rows.round(sheets))).sort((a, b) => a.took - b.took)
line('a round, median', measured[rounds / 2] as (typeof measured)[number])
line('a round, slowest', measured.at(-1) as (typeof measured)[number])
console.log(table.toString())
const [sample] = measured[0]?.chunks ?? []
if (sample)
  console.log(`a chunk compressed with gzip: ${(sample.body.byteLength / gzipSync(sample.body, { level: 1 }).byteLength).toFixed(0)} to 1`)
let [bytes, longest, from] = [0, 0, performance.now()]
const began = from
const page = insightsPage(
  () => sheets,
  (sheet) => rows.shown(sheet),
  { turn: async () => {} },
)
for await (const part of page.render()) {
  longest = Math.max(longest, performance.now() - from)
  bytes += Buffer.byteLength(part)
  from = performance.now()
}
console.log(`${page.path}: ${bytes} bytes in ${(performance.now() - began).toFixed(0)} ms, held ${longest.toFixed(1)} ms at most`)
console.log(`load average ${loadavg()[0]?.toFixed(1)}`)
