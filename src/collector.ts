import { resolve } from 'node:path'
import { Aggregator } from './aggregate/aggregator.ts'
import { eventCatalogue, metricCatalogue } from './catalogue.ts'
import { collectorEvents } from './collector-events.ts'
import type { Config } from './config/schema.ts'
import { createDiscovery } from './discover/kinds.ts'
import { pulledPages } from './forward/kinds.ts'
import { createServer } from './http/server.ts'
import { createParser } from './parse/template-parser.ts'
import { Pipeline } from './pipeline.ts'
import { createRelabeller } from './relabel/osm.ts'
import { type Clock, repeat, systemClock } from './runtime/clock.ts'
import { explain } from './runtime/problem.ts'
import { createScraper } from './scrape/create-scraper.ts'
import type { Reading } from './snapshot/reading.ts'
import { Snapshot } from './snapshot/snapshot.ts'
import { openState } from './state/durable.ts'
import { memoryState } from './state/state.ts'
import { stateEvents } from './state/telemetry.ts'
import { createTelemetry } from './telemetry/events.ts'
import type { Log } from './telemetry/log.ts'

/** How often changed sums are committed and shown, milliseconds. */
const commitEveryMs = 500

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
  readonly reading: Reading
  /** Stops in reverse order of the start; what was scraped is committed. Resolves within `deadlineMs` plus a moment; safe twice. */
  stop(deadlineMs: number): Promise<void>
}

/** Puts the stages together and starts them: configuration in, a running collector out. Throws the `Problem` that kept it from starting. */
export async function startCollector(config: Config, context: CollectorContext): Promise<Collector> {
  const { clock = systemClock, log, version, baseDirectory } = context
  const telemetry = createTelemetry(log, metricCatalogue, eventCatalogue)
  const snapshot = new Snapshot({ history: config.history, intervalMs: config.scrape.interval, version }, { clock })
  const aggregator = new Aggregator(config.aggregate, { clock, telemetry })
  const { path } = config.state
  const state = path === undefined ? memoryState() : await openState(resolve(baseDirectory, path), { clock, telemetry })
  const pipeline = new Pipeline({
    parser: createParser(config.parse),
    relabeller: createRelabeller(config.relabel),
    aggregator,
    state,
    snapshot,
    clock,
  })
  const restored = await pipeline.restore()
  if (restored) telemetry.emit(stateEvents.restored, { targets: restored.targets.length, cells: restored.cells.length })
  const scraper = createScraper(config.scrape, { clock, telemetry, sink: pipeline, version })
  const discovery = createDiscovery(config.discover, {
    clock,
    telemetry,
    baseDirectory,
    allowLoopback: config.scrape.allowLoopback,
    ...(restored?.watches !== undefined && { written: restored.watches }),
  })
  const pages = pulledPages({ sheets: () => snapshot.sheets, shown: () => snapshot.shown, telemetry })
  const server = createServer(config.http, {
    reading: snapshot,
    pages,
    telemetry,
    version,
    baseDirectory,
    clock,
    portFallback: context.portFallback ?? false,
  })

  const commit = () => pipeline.commit().catch((error: unknown) => telemetry.emit(collectorEvents.commitFailed, { error: explain(error) }))
  let endCommits = () => {}
  let stopping: Promise<void> | undefined
  const stop = async () => {
    await discovery.close()
    await scraper.close()
    endCommits()
    await commit()
    await server.close()
    await state.close()
  }
  const stopOnce = (deadlineMs: number): Promise<void> => (stopping ??= Promise.race([stop(), delay(clock, deadlineMs)]))

  try {
    const { url } = await server.listen()
    await discovery.start((found) => pipeline.discovered(found, scraper))
    endCommits = repeat(clock, commitEveryMs, () => void commit())
    telemetry.emit(collectorEvents.started, { url, version })
    return { url, reading: snapshot, stop: stopOnce }
  } catch (error) {
    await stopOnce(1_000)
    throw error
  }
}

const delay = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))
