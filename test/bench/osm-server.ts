import { monitorEventLoopDelay } from 'node:perf_hooks'
import { configSchema } from '../../src/config/schema.ts'
import { Aggregator } from '../../src/aggregate/aggregator.ts'
import { pulledPages } from '../../src/forward/kinds.ts'
import { createServer } from '../../src/http/server.ts'
import type { Target } from '../../src/model/target.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { Pipeline } from '../../src/pipeline.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { Snapshot } from '../../src/snapshot/snapshot.ts'
import { memoryState } from '../../src/state/state.ts'
import { testTelemetry } from '../support/telemetry.ts'
import { Collections, lengthMs, now, type Stretch, stretchSince } from './collections.ts'
import { pagesOf } from './pages.ts'

// usage: osm-server.ts PODS CLUSTERS; forked by osm.ts. Says where it listens; answers 'begin' with anything, and 'end' with the figures since then.
// The stages of a collector that has read every pod once, and the pages over HTTP: all but discovery and scraping.

/** Since 'begin'. */
export interface ServingFigures {
  readonly processCpuMs: number
  /** Of the thread that scrapes, too: without packing, which is done beside it. */
  readonly threadCpuMs: number
  /** How late the turns of the event loop were. */
  readonly lateP99Ms: number
  readonly lateMaxMs: number
  /** The gap between turns in which this thread was busy longest, and for how long it was: on a busy machine the rest is others'. */
  readonly gapMs: number
  readonly gapCpuMs: number
  readonly collectingMs: number
  readonly heapMb: number
}

const [pods = 0, clusters = 0] = process.argv.slice(2).map(Number)
const workloads = 50
const resolutionMs = 1
/** When the first pod was read, milliseconds since the epoch. */
const readMs = 1_795_000_000_000

const config = configSchema.parse({ discover: { source: 'manifests' }, http: { listen: '127.0.0.1:0' } })
const clock = systemClock
const telemetry = testTelemetry()
const snapshot = new Snapshot({ history: config.history, intervalMs: config.scrape.interval, version: 'bench' }, { clock })
await fill()
const pages = pulledPages({ sheets: () => snapshot.sheets, shown: () => snapshot.shown, rows: () => [], telemetry })
const rows = () => {
  throw new Error('nobody asks for rows here')
}
const server = createServer(config.http, { reading: snapshot, pages, rows, telemetry, clock, version: 'bench' })
const { url } = await server.listen()

let ended = (): Promise<ServingFigures> => Promise.reject(new Error('not begun'))
process.on('message', (word) => {
  if (word === 'begin') ended = measuring()
  void (word === 'begin' ? Promise.resolve() : ended()).then((figures) => process.send?.(figures ?? 'begun'))
})
process.on('disconnect', () => process.exit())
process.send?.(url)

async function fill(): Promise<void> {
  const aggregator = new Aggregator(config.aggregate, { clock, telemetry })
  const [parser, relabeller] = [createParser(), createRelabeller(config.relabel)]
  const pipeline = new Pipeline({ parser, relabeller, aggregator, state: memoryState({ clock, ...config, takers: [] }), snapshot, clock })
  const targets = Array.from({ length: pods }, (_, n) => targetOf(n))
  const found = { targets, pods: targets.flatMap(({ pod }) => pod ?? []), dropped: [], paused: new Set<string>(), rule: 'bench' }
  pipeline.discovered({ ...found, namespaces: [], problems: [], notes: new Map() }, { sync: () => {}, close: async () => {} })
  const [page = ''] = pagesOf({ clusters, pages: 1, filtered: true })
  const wanted = wantedOfSidecar('osm', { requestStats: true })
  for (const [n, target] of targets.entries()) {
    const body = Buffer.from(page.replaceAll('/store-', `/store-${n % workloads}-`))
    pipeline.page({ target, wanted, body, asked: 'filtered', timestampMs: readMs + n })
  }
  await pipeline.commit()
}

function targetOf(n: number): Target {
  const app = `store-${n % workloads}`
  const controller = { kind: 'ReplicaSet', name: `${app}-7d4cdc5f9b` }
  const pod = {
    namespace: `bench-${n % 7}`,
    name: `${controller.name}-${n.toString(36).padStart(5, 'x')}`,
    uid: `uid-${n}`,
    app,
    controller,
  }
  const url = new URL(`http://127.20.${n >> 8}.${n & 255}:15010/stats/prometheus`)
  return { id: `${pod.uid}:15010`, url, kind: 'sidecar', dialect: 'osm', pod, labels: {}, bornWatched: true, terminating: false }
}

/** Times between turns of the event loop. */
class Gaps {
  longest: Stretch = { beganMs: 0, endedMs: 0, processorMs: 0 }
  #began = now()
  readonly #timer = setInterval(() => this.#turn(), resolutionMs)

  close(): void {
    clearInterval(this.#timer)
  }

  #turn(): void {
    const gap = stretchSince(this.#began)
    if (gap.processorMs > this.longest.processorMs) this.longest = gap
    this.#began = now()
  }
}

/** @returns what ends it */
function measuring(): () => Promise<ServingFigures> {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  const collections = new Collections()
  const gaps = new Gaps()
  const [cpu, thread, beganMs] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()]
  return async () => {
    const [cpuSince, threadSince] = [process.cpuUsage(cpu), process.threadCpuUsage(thread)]
    delays.disable()
    const { longest } = gaps
    gaps.close()
    await collections.close()
    return {
      processCpuMs: (cpuSince.user + cpuSince.system) / 1e3,
      threadCpuMs: (threadSince.user + threadSince.system) / 1e3,
      lateP99Ms: delays.percentile(99) / 1e6 - resolutionMs,
      lateMaxMs: delays.max / 1e6 - resolutionMs,
      gapMs: lengthMs(longest),
      gapCpuMs: longest.processorMs,
      collectingMs: collections.within({ beganMs, endedMs: performance.now() }),
      heapMb: process.memoryUsage().heapUsed / 1e6,
    }
  }
}
