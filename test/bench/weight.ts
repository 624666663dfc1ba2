import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Table from 'cli-table3'
import { Aggregator } from '../../src/aggregate/aggregator.ts'
import { eventCatalogue, metricCatalogue } from '../../src/catalogue.ts'
import { configSchema } from '../../src/config/schema.ts'
import type { Target } from '../../src/model/target.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'
import { createLog } from '../../src/telemetry/log.ts'

// usage: npm run bench -- weight
// What one more series weighs, by what makes it more: so that the limits of the configuration can be read as bytes.

const config = configSchema.parse({ discover: { source: 'file_sd', file_sd: { paths: ['none'] } } })
const series = 1_000
const seriesPerEdge = 10
const rounds = 200
/** Of an edge with HTTP: codes, a histogram, connections, bytes, failures. */
const sumsPerEdge = 40
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const cases = [
  {
    what: 'another target whose page names what others name',
    limit: 'parse.totalSeriesLimit',
    most: config.parse.totalSeriesLimit,
    read: (stages: Stages, round: number) => stages.read(`uid-${round}`, 0),
  },
  {
    what: 'names that no other page has, with their edges and sums',
    limit: 'parse.distinctSeriesLimit',
    most: config.parse.distinctSeriesLimit,
    read: (stages: Stages, round: number) => stages.read(`uid-${round}`, round),
  },
  {
    what: 'names that left the page, their edges forgotten',
    limit: 'aggregate.totalRememberedLimit',
    most: config.aggregate.totalRememberedLimit,
    read: (stages: Stages, round: number) => stages.read('uid-1', round),
    edgeLimit: (2 * series) / seriesPerEdge + 10,
  },
  {
    what: 'a sum of an edge that nobody reports any more',
    limit: `aggregate.edgeLimit × ${sumsPerEdge} sums`,
    most: config.aggregate.edgeLimit * sumsPerEdge,
    read: (stages: Stages, round: number) => stages.read(`uid-${round}`, round).forget(`uid-${round}`),
  },
]

class Stages {
  readonly #parser = createParser()
  readonly #relabeller = createRelabeller(config.relabel)
  readonly #aggregator: Aggregator

  constructor(edgeLimit: number) {
    const telemetry = createTelemetry(createLog({ level: 'error' }), metricCatalogue, eventCatalogue)
    this.#aggregator = new Aggregator({ ...config.aggregate, edgeLimit, rememberedLimit: Infinity }, { clock: systemClock, telemetry })
  }

  read(uid: string, look: number): this {
    const id = `${uid}:15010`
    const target: Target = {
      id,
      url: new URL('http://127.0.0.1:15010/'),
      kind: 'sidecar',
      dialect: 'osm',
      labels: {},
      bornWatched: true,
      terminating: false,
      pod: { namespace: 'shop', name: 'cart', uid },
    }
    const { shape, values } = this.#parser.read({ id, wanted: wantedOfSidecar('osm', { requestStats: true }), body: page(look) })
    const names = this.#relabeller.names(target, shape)
    this.#aggregator.add({ target, targetLabels: this.#relabeller.labels(target), names, values, asked: 'whole', timestampMs: Date.now() })
    this.#aggregator.checkpoint()
    return this
  }

  forget(uid: string): void {
    const id = `${uid}:15010`
    for (const stage of [this.#parser, this.#relabeller, this.#aggregator]) stage.forget(id)
  }
}

const head = ['one more series by', 'bytes', 'limit', 'by default', 'MB at most']
const table = new Table({ head, style: { head: [], border: [], compact: true } })
for (const { what, limit, most, read, edgeLimit = Infinity } of cases) {
  const stages = new Stages(edgeLimit)
  stages.read('uid-first', 0)
  const before = heapBytes()
  for (let round = 1; round <= rounds; round++) read(stages, round)
  const bytes = (heapBytes() - before) / (rounds * series)
  read(stages, rounds) // what was weighed is still in use
  table.push([what, bytes.toFixed(0), limit, String(most), ((bytes * most) / 1e6).toFixed(0)])
}
console.log(table.toString())

function heapBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function page(look: number): Buffer {
  const line = (n: number) =>
    `envoy_cluster_upstream_rq{envoy_response_code="${200 + (n % seriesPerEdge)}",envoy_cluster_name="bookstore-namespace/bookstore-${look}-${Math.floor(n / seriesPerEdge)}|14001"} ${n}\n`
  return Buffer.from(`# TYPE envoy_cluster_upstream_rq counter\n${Array.from({ length: series }, (_, n) => line(n)).join('')}`)
}
