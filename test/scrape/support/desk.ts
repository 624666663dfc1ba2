import { Writable } from 'node:stream'
import type { Pace } from '../../../src/model/pace.ts'
import type { Page, TargetHealth } from '../../../src/model/page.ts'
import type { Target } from '../../../src/model/target.ts'
import type { Clock } from '../../../src/runtime/clock.ts'
import type { Problem } from '../../../src/runtime/problem.ts'
import { createScraper } from '../../../src/scrape/create-scraper.ts'
import { scrapeOptions } from '../../../src/scrape/options.ts'
import type { Scraper } from '../../../src/scrape/scraper.ts'
import { scrapeEvents, scrapeMetrics } from '../../../src/scrape/telemetry.ts'
import { createTelemetry, type Telemetry } from '../../../src/telemetry/events.ts'
import { createLog } from '../../../src/telemetry/log.ts'

/** A page as it was delivered, with its bytes copied. */
export interface Delivered extends Omit<Page, 'body'> {
  readonly id: string
  readonly body: string
}

export const target = (id: string, url: URL | string, more: Partial<Target> = {}): Target => ({
  id,
  url: new URL(url),
  kind: 'sidecar',
  dialect: 'osm',
  labels: {},
  bornWatched: false,
  terminating: false,
  ...more,
})

/** A scraper, and everything that comes out of it. */
export class Desk {
  readonly pages: Delivered[] = []
  readonly healths: { readonly id: string; readonly health: TargetHealth }[] = []
  readonly paces: Pace[] = []
  readonly events: string[] = []
  /** How busy the thread is, as far as the scraper can see. */
  busy = 0
  readonly scraper: Scraper
  /** What the next stage says of a page. */
  judge: (page: Delivered) => { readonly series: number } | Problem = () => ({ series: 1 })
  readonly #telemetry: Telemetry

  constructor(clock: Clock, options: Record<string, unknown> = {}) {
    const destination = new Writable({
      write: (line, _, done) => {
        this.events.push(JSON.parse(String(line)).event)
        done()
      },
    })
    this.#telemetry = createTelemetry(createLog({ level: 'debug', destination }), Object.values(scrapeMetrics), Object.values(scrapeEvents))
    const sink = {
      page: (page: Page) => {
        const delivered = { ...page, id: page.target.id, body: page.body.toString('latin1') }
        this.pages.push(delivered)
        return this.judge(delivered)
      },
      health: (id: string, health: TargetHealth) => void this.healths.push({ id, health }),
      pace: (pace: Pace) => void this.paces.push(pace),
    }
    const settings = scrapeOptions.parse({ allowLoopback: true, ...options })
    this.scraper = createScraper(settings, {
      clock,
      telemetry: this.#telemetry,
      sink,
      version: '1.2.3',
      threadUse: () => this.busy,
    })
  }

  health(id: string): TargetHealth | undefined {
    return this.healths.findLast((told) => told.id === id)?.health
  }

  /** How often the target was reported, good or failed. */
  told(id: string): number {
    return this.healths.filter((one) => one.id === id).length
  }

  /** The value of one of the scraper's own metrics, the labels that are not given summed. */
  async metric(name: string, given: Readonly<Record<string, string>> = {}): Promise<number> {
    const metric = await this.#telemetry.metrics.registry.getSingleMetric(name)?.get()
    const wanted = Object.entries(given)
    const values = (metric?.values ?? []).filter(({ labels }) => wanted.every(([label, value]) => labels[label] === value))
    return values.reduce((sum, { value }) => sum + value, 0)
  }
}
