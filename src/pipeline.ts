import type { Aggregator } from './aggregate/aggregator.ts'
import type { Discovered } from './model/discovered.ts'
import type { Page, TargetHealth } from './model/page.ts'
import type { Target } from './model/target.ts'
import type { Parser } from './parse/parser.ts'
import type { Relabeller } from './relabel/relabeller.ts'
import { Problem } from './runtime/problem.ts'
import type { PageSink, Scraper } from './scrape/scraper.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import type { State } from './state/state.ts'

export interface Stages {
  readonly parser: Parser
  readonly relabeller: Relabeller
  readonly aggregator: Aggregator
  readonly state: State
  readonly snapshot: Snapshot
}

/** The data path: discover → scrape → parse → relabel → aggregate → commit → publish. */
export class Pipeline implements PageSink {
  readonly #stages: Stages
  readonly #watched = new Set<Target['id']>()
  #released: Target['id'][] = []
  /** The commit that runs, or the last one; settled without an error. */
  #running: Promise<void> = Promise.resolve()
  /** The one after it. */
  #queued: Promise<void> | undefined

  constructor(stages: Stages) {
    this.#stages = stages
  }

  /** Who is to be scraped has changed: names are learnt, targets that are gone are let go, the scraper follows. */
  discovered(found: Discovered, scraper: Scraper): void {
    const { relabeller, aggregator, snapshot } = this.#stages
    const wanted = new Set(found.targets.map(({ id }) => id))
    for (const id of this.#watched) {
      if (wanted.has(id)) continue
      if (found.paused.has(id)) aggregator.stale(id)
      else this.#release(id)
    }
    for (const id of wanted) this.#watched.add(id)
    relabeller.know(found.pods)
    snapshot.discovered(found)
    scraper.sync(found.targets)
  }

  /** One complete answer of a target. */
  page({ target, wanted, body, asked, timestampMs }: Page): { readonly series: number } | Problem {
    const { parser, relabeller, aggregator } = this.#stages
    if (!this.#watched.has(target.id)) return { series: 0 } // it was let go while its answer was on the way
    try {
      const { shape, values } = parser.read({ id: target.id, wanted, body })
      const names = relabeller.names(target, shape)
      aggregator.add({ target, targetLabels: relabeller.labels(target), names, values, asked, timestampMs })
      return { series: shape.series.length }
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  }

  /** How scraping a target goes; who failed two intervals leaves the gauges. */
  health(id: Target['id'], health: TargetHealth): void {
    if (health.state === 'stale') this.#stages.aggregator.stale(id)
    this.#stages.snapshot.health(id, health)
  }

  /**
   * First committed, then published: nobody sees a sum that a crash could take back. One at a time; it resolves when all that was counted before the
   * call is committed, so what is called while one runs is served by one more after it.
   */
  commit(): Promise<void> {
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined
      const commit = this.#commit()
      this.#running = commit.catch(() => {})
      return commit
    })
    return this.#queued
  }

  async #commit(): Promise<void> {
    const { aggregator, state, snapshot } = this.#stages
    const { committed, sheets } = aggregator.checkpoint()
    const released = this.#released
    await state.commit({ committed, released })
    this.#released = this.#released.slice(released.length)
    snapshot.publish(committed, sheets)
  }

  #release(id: Target['id']): void {
    const { parser, relabeller, aggregator } = this.#stages
    this.#watched.delete(id)
    this.#released = [...this.#released, id]
    aggregator.forget(id)
    parser.forget(id)
    relabeller.forget(id)
  }
}
