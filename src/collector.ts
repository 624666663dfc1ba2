import { resolve } from 'node:path'
import { Aggregator } from './aggregate/aggregator.ts'
import { eventCatalogue, metricCatalogue } from './catalogue.ts'
import { collectorEvents } from './collector-events.ts'
import type { Config } from './config/schema.ts'
import { createDiscovery } from './discover/kinds.ts'
import { Couriers } from './forward/couriers.ts'
import { pulledPages, pushedDestinations } from './forward/kinds.ts'
import { rowsPage } from './forward/rows/rows-page.ts'
import { Rows } from './forward/rows/rows.ts'
import { clusterTags } from './forward/rows/tags.ts'
import { rowMetrics } from './forward/rows/telemetry.ts'
import { createServer, type HttpServer } from './http/server.ts'
import { createReceiver } from './receive/receiver.ts'
import { createParser } from './parse/template-parser.ts'
import type { ChunkKind } from './model/chunk.ts'
import type { Notes } from './model/record.ts'
import type { Sheet } from './model/sheet.ts'
import { Pipeline } from './pipeline.ts'
import { createRelabeller } from './relabel/osm.ts'
import { type Clock, repeat, systemClock } from './runtime/clock.ts'
import { explain } from './runtime/problem.ts'
import { createScraper } from './scrape/create-scraper.ts'
import { createKubelets } from './scrape/kubelet/kubelets.ts'
import type { Reading } from './snapshot/reading.ts'
import { Snapshot } from './snapshot/snapshot.ts'
import { SpanPipeline } from './span-pipeline.ts'
import type { BacklogContext } from './state/backlog.ts'
import { openState } from './state/durable.ts'
import { memoryState } from './state/state.ts'
import { stateEvents } from './state/telemetry.ts'
import { createTelemetry, type Telemetry } from './telemetry/events.ts'
import type { Log } from './telemetry/log.ts'
import { traced } from './telemetry/own-traces.ts'
import { ProcessWatch } from './telemetry/process-watch.ts'

/** How often changed sums are committed and shown, milliseconds. */
const commitEveryMs = 500

/** What ending connections may take. */
const closeWithinMs = 1_000

export interface CollectorContext {
  /** The folder that relative paths of the configuration start from. */
  readonly baseDirectory: string
  readonly version: string
  readonly log: Log
  readonly clock?: Clock
  /** Takes the next free port when the configured one is taken: for the demo. */
  readonly portFallback?: boolean
}

export interface Collector {
  /** Where it listens, `http://127.0.0.1:9464`. */
  readonly url: string
  /** Where spans are taken, `http://127.0.0.1:9411`; absent where none are. */
  readonly tracesUrl?: string
  readonly reading: Reading
  /**
   * Stops; what was scraped is committed, and whoever looks on is answered until then. Resolves within `deadlineMs` plus a moment; safe twice.
   *
   * @returns whether everything was committed in that time
   */
  stop(deadlineMs: number): Promise<boolean>
}

/** Puts the stages together and starts them: configuration in, a running collector out. Throws the `Problem` that kept it from starting. */
export async function startCollector(config: Config, context: CollectorContext): Promise<Collector> {
  const { clock = systemClock, log, version, baseDirectory } = context
  const ownTraces = await traced(createTelemetry(log, metricCatalogue, eventCatalogue), config.telemetry.traces, { clock, version })
  const { telemetry } = ownTraces
  const ground: Ground = { clock, telemetry }
  const { portFallback = false } = context
  const fileAt = (path: string) => resolve(baseDirectory, path)
  const { pipeline, snapshot, rows, tracing, state, couriers, areRowsTaken } = await dataPath(config, {
    ...ground,
    version,
    fileAt,
    portFallback,
  })
  const notes = await restore(pipeline, telemetry)
  const scraper = createScraper(config.scrape, { ...ground, sink: pipeline, version })
  const kubelets = createKubelets(config.scrape, { ...ground, sink: pipeline, version, fileAt })
  const discovery = createDiscovery(config.discover, {
    ...ground,
    baseDirectory,
    withNodes: kubelets !== undefined,
    allowLoopback: config.scrape.allowLoopback,
    notes,
  })
  const server = serverOf(config, { ...ground, snapshot, rows, version, baseDirectory, portFallback })
  const processWatch = new ProcessWatch(telemetry.metrics)
  const commits = commitsOf(pipeline, { ...ground, config, couriers, areRowsTaken, processWatch })
  let endCommits = () => {}
  let stopping: Promise<boolean> | undefined
  const flush = async () => {
    await discovery.close()
    await Promise.all([scraper.close(), kubelets?.close(), tracing?.receiver.close()])
    endCommits()
    await commits.commit()
    await couriers.close()
    await state.close()
    await ownTraces.close()
    processWatch.close()
  }
  const stop = (deadlineMs: number): Promise<boolean> => (stopping ??= stopWithin(deadlineMs, { ...ground, flush, server }))

  try {
    const { url } = await server.listen()
    await discovery.start(
      (found) => {
        pipeline.discovered(found, scraper)
        kubelets?.sync(found)
        tracing?.receiver.follow(found.meshConfig)
      },
      (hearings) => snapshot.watched(hearings),
    )
    endCommits = commits.begin()
    const traces = await tracing?.receiver.listen()
    telemetry.emit(collectorEvents.started, { url, version })
    return { url, ...(traces && { tracesUrl: traces.url }), reading: snapshot, stop }
  } catch (error) {
    await stop(1_000)
    throw error
  }
}

interface DataPathContext extends Ground {
  readonly version: string
  readonly fileAt: (path: string) => string
  readonly portFallback: boolean
}

/** The pipeline, and what it is made of as far as others have to do with it. */
async function dataPath(config: Config, { version, fileAt, portFallback, ...ground }: DataPathContext) {
  const { clock, telemetry } = ground
  const snapshot = createSnapshot(config, { clock, version })
  const aggregator = new Aggregator(config.aggregate, ground)
  const { state, couriers, areRowsTaken, areSpansTaken } = await stateOf(config, { ...ground, fileAt })
  snapshot.delivering(() => couriers.figures())
  const [parser, relabeller] = [createParser(config.parse), createRelabeller(config.relabel)]
  const rows = new Rows(config.rows, { ...ground, areTaken: areRowsTaken })
  const tracing = tracingOf(config, { ...ground, snapshot, areTaken: areSpansTaken, portFallback })
  const parts = { parser, relabeller, aggregator, state, snapshot, clock, rows }
  const pipeline = new Pipeline({ ...parts, spans: tracing?.spans, tracer: telemetry.tracer })
  return { pipeline, snapshot, rows, tracing, state, couriers, areRowsTaken }
}

/** @returns what the last run's discovery wrote down */
async function restore(pipeline: Pipeline, telemetry: Telemetry): Promise<Notes> {
  const restored = await pipeline.restore()
  if (restored) telemetry.emit(stateEvents.restored, { targets: restored.targets.length, cells: restored.cells.length })
  return restored?.notes.discover ?? new Map()
}

function createSnapshot({ history, scrape }: Config, { clock, version }: { readonly clock: Clock; readonly version: string }): Snapshot {
  const { from } = scrape.cadvisor
  return new Snapshot({ history, intervalMs: scrape.interval, version, ...(from !== 'off' && { containersFrom: from }) }, { clock })
}

interface ServerParts extends Ground {
  readonly snapshot: Snapshot
  readonly rows: Rows
  readonly version: string
  readonly baseDirectory: string
  readonly portFallback: boolean
}

function serverOf({ http, rows: rowsOptions }: Config, { snapshot, rows, ...parts }: ServerParts): HttpServer {
  const sources = { sheets: () => snapshot.sheets, now: (sheet: Sheet) => rows.now(sheet), cluster: clusterTags(rowsOptions) }
  return createServer(http, {
    ...parts,
    reading: snapshot,
    pages: pagesOf(snapshot, { rows, telemetry: parts.telemetry }),
    rows: (filter) => rowsPage(sources, filter),
  })
}

const pagesOf = (snapshot: Snapshot, { rows, telemetry }: { readonly rows: Rows; readonly telemetry: Telemetry }) =>
  pulledPages({
    sheets: () => snapshot.sheets,
    shown: () => snapshot.shown,
    fetched: (reader) => snapshot.fetched(reader),
    containers: () => snapshot.containers.samples,
    rows: (sheet) => rows.shown(sheet),
    telemetry,
  })

interface Ground {
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** What is kept, and who brings it to destinations. */
async function stateOf(
  { forward, outbox, state: { path } }: Config,
  { fileAt, ...ground }: Ground & { readonly fileAt: (path: string) => string },
) {
  const destinations = pushedDestinations(forward, { telemetry: ground.telemetry, fileAt })
  const backlog: BacklogContext = { clock: ground.clock, outbox, takers: destinations }
  const state = path === undefined ? memoryState(backlog) : await openState(fileAt(path), { ...backlog, telemetry: ground.telemetry })
  const couriers = new Couriers(destinations, { ...ground, outbox: state.outbox, isDurable: state.isDurable })
  const isTaken = (taken: ChunkKind) => destinations.some(({ kind }) => kind === taken)
  return { state, couriers, areRowsTaken: isTaken('rows'), areSpansTaken: isTaken('spans') }
}

interface TracingContext extends Ground {
  readonly snapshot: Snapshot
  readonly areTaken: boolean
  readonly portFallback: boolean
}

/** Who takes spans from sidecars, and what becomes of them; nothing where none are taken. */
function tracingOf({ traces }: Config, { snapshot, areTaken, portFallback, ...ground }: TracingContext) {
  const { listen } = traces
  if (!listen) return undefined
  const spans = new SpanPipeline(traces, { ...ground, areTaken, show: (shown) => snapshot.lastTraces.add(shown) })
  const receiver = createReceiver({ ...traces, listen }, { ...ground, sink: spans, portFallback })
  snapshot.receiving(() => ({ ...receiver.figures, sampledOut: spans.sampledOut }))
  return { spans, receiver }
}

interface CommitParts extends Ground {
  readonly config: Config
  readonly couriers: Couriers
  readonly areRowsTaken: boolean
  readonly processWatch: ProcessWatch
}

/** Commits every half second, and notices when time went by in which nothing of this process ran: longer than the scrape interval. Rows and couriers go along. */
function commitsOf(pipeline: Pipeline, { clock, telemetry, config, couriers, areRowsTaken, processWatch }: CommitParts) {
  const commit = () => pipeline.commit().catch((error: unknown) => telemetry.emit(collectorEvents.commitFailed, { error: explain(error) }))
  const tick = (lateMs: number) => {
    if (lateMs > config.scrape.interval) {
      pipeline.stoodStill(lateMs)
      telemetry.emit(collectorEvents.stoodStill, { seconds: Math.round(lateMs / 1e3) })
    }
    void commit()
    couriers.tell()
    processWatch.tell()
  }
  const begin = () => {
    couriers.begin()
    const endCommits = repeat(clock, commitEveryMs, tick)
    const endRounds = areRowsTaken ? beginRounds(pipeline, { clock, telemetry, everyMs: config.rows.interval }) : () => {}
    return () => {
      endRounds()
      endCommits()
    }
  }
  return { commit, begin }
}

/** The rows that are due each time, whenever pages are read. @returns what ends it */
function beginRounds(pipeline: Pipeline, { clock, telemetry, everyMs }: Ground & { readonly everyMs: number }): () => void {
  return repeat(clock, everyMs, () => {
    void pipeline
      .round()
      .then((isMade) => isMade || telemetry.metrics.count(rowMetrics.roundsSkipped))
      .catch((error: unknown) => telemetry.emit(collectorEvents.roundFailed, { error: explain(error) }))
  })
}

interface Parts extends Ground {
  readonly flush: () => Promise<void>
  readonly server: HttpServer
}

/** Listeners close last, so that whoever looks on is answered until then. @returns whether all was flushed in that time */
async function stopWithin(deadlineMs: number, { clock, telemetry, flush, server }: Parts): Promise<boolean> {
  const isWhole = await within(clock, deadlineMs, flush())
  if (!isWhole) telemetry.emit(collectorEvents.stopCutShort, { seconds: deadlineMs / 1e3 })
  await within(clock, closeWithinMs, server.close())
  return isWhole
}

/** Whether it was done in that time. */
function within(clock: Clock, ms: number, task: Promise<void>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(false))
    task.then(() => resolve(true), reject).finally(cancel)
  })
}
