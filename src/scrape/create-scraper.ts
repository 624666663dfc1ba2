import type { SecureContext } from 'node:tls'
import type { Target } from '../model/target.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { Ground } from './answer.ts'
import { BufferPool } from './buffers.ts'
import { Census } from './census.ts'
import { Connection } from './connection.ts'
import type { ScrapeOptions } from './options.ts'
import { Pacing, threadUse } from './pacing.ts'
import { PageReader } from './page-reader.ts'
import { Questions } from './questions.ts'
import type { PageSink, Scraper } from './scraper.ts'
import { scrapeMetrics } from './telemetry.ts'
import { systemTrust, TlsConnection } from './tls.ts'
import { Watch, type WatchParts } from './watch.ts'

/** What one read of a socket takes at most. */
const receivedBytes = 64 * 1024

export interface ScraperParts {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly sink: PageSink
  /** Two collectors with different seeds do not ask one target in the same moment. */
  readonly seed?: string
  /** The collector's version, for `User-Agent: mesh-telemetry/<version>`. */
  readonly version?: string
  /** How much of the time since it was last asked the thread was busy, 0 to 1; measured unless given. */
  readonly threadUse?: () => number
}

/** A scraper over HTTP. It begins with the first `sync`. */
export function createScraper(options: ScrapeOptions, parts: ScraperParts): Scraper {
  const watchParts = partsOfWatches(options, parts)
  const watches = new Map<Target['id'], Watch>()
  let closed = false
  const endLooks = watchParts.pacing.start(() => {
    for (const watch of watches.values()) watch.repace()
  })
  return {
    sync(targets) {
      if (closed) return
      const present = new Set(targets.map(({ id }) => id))
      for (const [id, watch] of watches) {
        if (present.has(id)) continue
        watches.delete(id)
        void watch.stop()
      }
      const arrivals = targets.filter(({ id }) => !watches.has(id)).length
      for (const target of targets) {
        const known = watches.get(target.id)
        if (known) known.update(target)
        else watches.set(target.id, new Watch(target, watchParts, arrivals))
      }
    },
    async close() {
      closed = true
      endLooks()
      await Promise.all([...watches.values()].map((watch) => watch.stop()))
      watches.clear()
    },
  }
}

function partsOfWatches(options: ScrapeOptions, parts: ScraperParts): WatchParts {
  const { clock, telemetry, sink, seed = '', version } = parts
  const { interval: intervalMs, timeout: timeoutMs, bodyLimit: bodyLimitBytes, allowLoopback } = options
  const buffers = new BufferPool(bodyLimitBytes)
  const userAgent = version === undefined ? 'mesh-telemetry' : `mesh-telemetry/${version}`
  const ground: Ground = { clock, buffers, received: Buffer.allocUnsafeSlow(receivedBytes), allowLoopback, userAgent }
  const questions = new Questions(options)
  let trust: SecureContext | undefined
  const newAsker = (url: URL) =>
    url.protocol === 'https:' ? new TlsConnection(url, { ground, trust: (trust ??= systemTrust()) }) : new Connection(url, ground)
  let inFlight = 0
  return {
    clock,
    telemetry,
    sink,
    seed,
    intervalMs,
    timeoutMs,
    pacing: new Pacing({ clock, telemetry, sink, intervalMs, threadUse: parts.threadUse ?? threadUse() }),
    census: new Census(telemetry.metrics),
    newReader: (target) => new PageReader(target.url, { asker: newAsker(target.url), question: questions.of(target), clock, buffers }),
    busy: (by) => telemetry.metrics.set(scrapeMetrics.inFlight, (inFlight += by)),
  }
}
