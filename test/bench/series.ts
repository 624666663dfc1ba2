import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Table from 'cli-table3'
import { Aggregator } from '../../src/aggregate/aggregator.ts'
import { configSchema } from '../../src/config/schema.ts'
import { pulledPages } from '../../src/forward/kinds.ts'
import type { Discovered } from '../../src/model/discovered.ts'
import type { Target } from '../../src/model/target.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { Pipeline } from '../../src/pipeline.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { Snapshot } from '../../src/snapshot/snapshot.ts'
import { memoryState } from '../../src/state/state.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { testTelemetry } from '../support/telemetry.ts'

// usage: npm run bench -- series
// How many series Prometheus gets to keep: of /metrics/edges, one per edge and figure, and of /metrics/osm, one per pod, cluster and figure. Without WASM
// statistics, which add only to /metrics/osm by pairs of pods and to /metrics/edges by pairs of workloads.

interface Scenario {
  readonly pods: number
  readonly workloads: number
  /** How many others each workload calls. */
  readonly calls: number
  /** How many others its sidecars know: those that it calls, or in permissive mode all. */
  readonly knows: number
}

const scenarios: readonly Scenario[] = [
  { pods: 500, workloads: 10, calls: 4, knows: 4 },
  { pods: 500, workloads: 10, calls: 4, knows: 9 },
  { pods: 500, workloads: 50, calls: 4, knows: 4 },
  { pods: 500, workloads: 50, calls: 4, knows: 49 },
]

const wanted = wantedOfSidecar('osm', { requestStats: true })
const captured = readFileSync(join(import.meta.dirname, '../fixtures/v1.40.0-plain/bookbuyer-default.prom'), 'utf8')
  .trimEnd()
  .split('\n')
const sample = 'bookstore/bookstore-v1|14001'
const lines = captured.filter((line) => line.startsWith('#') || !line.includes('envoy_cluster_name=') || line.includes(`"${sample}"`))

/** A captured page with these clusters in place of its own. Of one without traffic a sidecar shows zeros, and neither codes nor a latency. */
function pageOf(busy: readonly string[], idle: readonly string[]): string {
  const isLazy = (line: string) => /envoy_response_code|_rq_time/.test(line)
  return lines
    .flatMap((line) => {
      if (!line.includes(sample)) return [line]
      const zero = line.replace(/ \S+$/, ' 0')
      return [...busy.map((name) => line.replace(sample, name)), ...(isLazy(line) ? [] : idle.map((name) => zero.replace(sample, name)))]
    })
    .join('\n')
    .concat('\n')
}

function targetOf(n: number, workload: number): Target {
  const name = `store-${workload}`
  const controller = { kind: 'ReplicaSet', name: `${name}-7d4cdc5f9b` }
  const pod = { namespace: 'bench', name: `${controller.name}-${n}`, uid: `uid-${n}`, app: name, controller }
  const url = new URL(`http://127.20.${n >> 8}.${n & 255}:15010/stats/prometheus`)
  return { id: `${pod.uid}:15010`, url, kind: 'sidecar', dialect: 'osm', pod, labels: {}, bornWatched: true, terminating: false }
}

const seriesOf = (page: string) => page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

async function measure({ pods, workloads, calls, knows }: Scenario) {
  const clock = new FakeClock()
  const telemetry = testTelemetry()
  const config = configSchema.parse({ discover: { source: 'manifests' } })
  const snapshot = new Snapshot({ history: config.history, intervalMs: config.scrape.interval, version: 'bench' }, { clock })
  const aggregator = new Aggregator(config.aggregate, { clock, telemetry })
  const stages = {
    parser: createParser(),
    relabeller: createRelabeller({ wasmNames: 'restored' }),
    aggregator,
    state: memoryState({ clock, outbox: config.outbox, takers: [] }),
    snapshot,
    clock,
  }
  const pipeline = new Pipeline(stages)
  const targets = Array.from({ length: pods }, (_, n) => targetOf(n, n % workloads))
  const found: Discovered = {
    targets,
    pods: targets.flatMap(({ pod }) => pod ?? []),
    dropped: [],
    paused: new Set(),
    rule: 'bench',
    namespaces: [],
    problems: [],
    notes: new Map(),
  }
  pipeline.discovered(found, { sync: () => {}, close: async () => {} })
  const service = (n: number) => `bench/store-${n % workloads}|14001`
  const bodies = Array.from({ length: workloads }, (_, n) => {
    const others = Array.from({ length: knows }, (_, i) => service(n + 1 + i))
    return Buffer.from(pageOf([`${service(n)}|local`, ...others.slice(0, calls)], others.slice(calls)))
  })
  for (const [n, target] of targets.entries())
    pipeline.page({ target, wanted, body: bodies[n % workloads] as Buffer, asked: 'whole', timestampMs: clock.wallMs() })
  await pipeline.commit()
  clock.advance(config.scrape.interval) // new cells are shown as zero until then
  await pipeline.commit()
  const texts = new Map<string, string>()
  for (const page of pulledPages({
    sheets: () => snapshot.sheets,
    shown: () => snapshot.shown,
    containers: () => [],
    rows: () => [],
    telemetry,
  }))
    texts.set(page.path, (await Array.fromAsync(page.render())).join(''))
  return { osm: seriesOf(texts.get('/metrics/osm') ?? ''), edges: seriesOf(texts.get('/metrics/edges') ?? '') }
}

const head = [
  'pods',
  'workloads',
  'known',
  'called',
  'edges',
  'of these idle',
  '/metrics/osm',
  '/metrics/edges',
  'times fewer',
  'series per edge',
]
const table = new Table({ head, style: { head: [], border: [], compact: true } })
for (const scenario of scenarios) {
  const { osm, edges } = await measure(scenario)
  const byEdge = Map.groupBy(edges, (line) => edgeOf(line))
  const idle = [...byEdge.values()].filter((members) => members.every((line) => line.endsWith(' 0')))
  const { pods, workloads, knows, calls } = scenario
  const factor = (osm.length / edges.length).toFixed(1)
  const perEdge = (edges.length / byEdge.size).toFixed(1)
  table.push([pods, workloads, knows, calls, byEdge.size, idle.length, osm.length, edges.length, factor, perEdge])
}
console.log(table.toString())

/** The labels of a line that say which edge it is of. */
function edgeOf(line: string): string {
  const labels = [...line.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
  return labels.flatMap(([pair, label = '']) => (/^(le|response_code|reason)$/.test(label) ? [] : pair)).join()
}
