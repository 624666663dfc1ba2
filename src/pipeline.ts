import { Watchlist } from './aggregate/watchlist.ts'
import { Commits, type CommitStages } from './commits.ts'
import type { ClusterNode, NodeHealth, NodePage } from './model/container-use.ts'
import type { Discovered } from './model/discovered.ts'
import type { Pace } from './model/pace.ts'
import type { Page, TargetHealth } from './model/page.ts'
import type { Restored } from './model/record.ts'
import type { Target } from './model/target.ts'
import { readContainerPage } from './parse/container-page.ts'
import type { Parser } from './parse/parser.ts'
import type { Relabeller } from './relabel/relabeller.ts'
import type { Clock } from './runtime/clock.ts'
import { Problem } from './runtime/problem.ts'
import type { NodeSink } from './scrape/kubelet/node-watch.ts'
import type { PageSink, Scraper } from './scrape/scraper.ts'

export interface Stages extends CommitStages {
  readonly parser: Parser
  readonly relabeller: Relabeller
  readonly clock: Clock
}

/** The data path: discover → scrape → parse → relabel → aggregate → commit → publish. */
export class Pipeline implements PageSink, NodeSink {
  readonly #stages: Stages
  readonly #watchlist = new Watchlist()
  readonly #commits: Commits

  constructor(stages: Stages) {
    this.#stages = stages
    this.#commits = new Commits(stages, () => this.#release(this.#watchlist.expire(stages.clock.monotonicMs())))
  }

  /** Goes on where the last run ended: what it committed is shown before anything is scraped. Called once, first. */
  async restore(): Promise<Restored | undefined> {
    const { state, relabeller, aggregator, rows } = this.#stages
    const restored = await state.load()
    if (!restored) return undefined
    relabeller.recall(restored.notes.relabel)
    aggregator.restore(restored)
    rows?.recall(restored.notes.rows, (id) => aggregator.past(id))
    this.#watchlist.restore(restored.targets.map(({ id }) => id))
    await this.#commits.showRestored()
    return restored
  }

  /** Who is to be scraped has changed: names are learnt, targets that are gone are let go, the scraper follows. */
  discovered(found: Discovered, scraper: Scraper): void {
    const { relabeller, aggregator, snapshot, clock, rows, spans } = this.#stages
    const { stale, gone, renamed, succeeded } = this.#watchlist.update(found, clock.monotonicMs())
    for (const id of stale) aggregator.stale(id)
    for (const [before, now] of renamed) {
      aggregator.rename(before, now)
      rows?.rename(before, now)
    }
    for (const [before, now] of succeeded) aggregator.succeed(before, now)
    this.#release([...gone, ...renamed.map(([before]) => before)])
    this.#commits.note({ discover: found.notes, relabel: relabeller.know(found.pods) })
    snapshot.discovered(found)
    spans?.know(found.pods)
    scraper.sync(found.targets)
  }

  /** One complete answer of a target. */
  page({ target, wanted, body, asked, timestampMs }: Page): { readonly series: number } | Problem {
    const { parser, relabeller, aggregator } = this.#stages
    if (!this.#watchlist.has(target.id)) return { series: 0 } // it was let go while its answer was on the way
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

  /** One complete answer of a node: passed on, since no sum is made of it. */
  nodePage(page: NodePage): { readonly samples: number } | Problem {
    const { containers } = this.#stages.snapshot
    try {
      const samples = readContainerPage(page, (namespace, pod) => containers.means(page.node, namespace, pod))
      containers.take(page.node, samples)
      return { samples: samples.length }
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  }

  nodeHealth(node: ClusterNode['name'], health: NodeHealth | undefined): void {
    this.#stages.snapshot.containers.health(node, health)
  }

  /** Nothing of this process ran for so long, up to now: what did not happen meanwhile says nothing. */
  stoodStill(ms: number): void {
    this.#watchlist.stoodStill(ms)
    this.#stages.snapshot.stoodStill()
  }

  /**
   * Makes the rows that are due once a minute.
   *
   * @returns whether they were made: not while those of the last round are not committed
   */
  round(): Promise<boolean> {
    return this.#commits.round()
  }

  pace(pace: Pace): void {
    this.#stages.snapshot.pace(pace)
  }

  /** First committed, then shown; it resolves when all that was counted before the call is committed. */
  commit(): Promise<void> {
    return this.#commits.commit()
  }

  #release(ids: readonly Target['id'][]): void {
    const { parser, relabeller, aggregator, rows } = this.#stages
    this.#commits.released(ids)
    for (const id of ids) {
      aggregator.forget(id)
      parser.forget(id)
      relabeller.forget(id)
      rows?.forget(id)
    }
  }
}
