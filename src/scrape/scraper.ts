import type { Pace } from '../model/pace.ts'
import type { Page, TargetHealth } from '../model/page.ts'
import type { Target } from '../model/target.ts'
import type { Problem } from '../runtime/problem.ts'

/** Where pages go. Called synchronously, one page at a time. */
export interface PageSink {
  /**
   * Takes one complete answer; `page.body` is only good during the call.
   *
   * @returns how many wanted series it held, or what makes it no good page: then nothing of it was used
   */
  page(page: Page): { readonly series: number } | Problem
  /** How scraping a target goes; told after every scrape, good or failed. */
  health(id: Target['id'], health: TargetHealth): void
  /** How often targets are read from now on; told when it changes. */
  pace(pace: Pace): void
}

/**
 * Scrapes who is to be scraped, on schedule: one GET per target and interval, spread over the interval by a hash of the target's id.
 *
 * Where there is more to read than the thread has time for, every target is read in every n-th interval only. A target whose pages hold the thread for more
 * than a tenth of the time is left alone for the rest of it.
 *
 * Contract: `sync` takes the full set each time; a target with a known id keeps its schedule, its connection and what was learnt about its filter.
 * A terminating target is read at once and then every second. No target delays another. `close` ends every scrape within a second, is safe twice.
 */
export interface Scraper {
  sync(targets: readonly Target[]): void
  close(): Promise<void>
}
