import { setImmediate as turn } from 'node:timers/promises'
import type { Aggregator } from './aggregate/aggregator.ts'
import { Watchlist } from './aggregate/watchlist.ts'
import type { Chunk } from './model/chunk.ts'
import type { ClusterNode, NodeHealth, NodePage } from './model/container-use.ts'
import type { Discovered } from './model/discovered.ts'
import type { Pace } from './model/pace.ts'
import type { Page, TargetHealth } from './model/page.ts'
import type { Restored } from './model/record.ts'
import type { Target } from './model/target.ts'
import { readContainerPage } from './parse/container-page.ts'
import type { Parser } from './parse/parser.ts'
import type { Relabeller } from './relabel/relabeller.ts'
import type { Rows } from './forward/rows/rows.ts'
import type { Clock } from './runtime/clock.ts'
import { Problem } from './runtime/problem.ts'
import type { NodeSink } from './scrape/kubelet/node-watch.ts'
import type { PageSink, Scraper } from './scrape/scraper.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import type { Changes, State } from './state/state.ts'

export interface Stages {
  readonly parser: Parser
  readonly relabeller: Relabeller
  readonly aggregator: Aggregator
  readonly state: State
  readonly snapshot: Snapshot
  readonly clock: Clock
  /** What is made of sheets for tables; absent where there are none. */
  readonly rows?: Rows
}

type AllNotes = Changes['notes']

const noNotes = (): AllNotes => ({ discover: new Map(), relabel: new Map(), rows: new Map() })
const joined = (before: AllNotes, after: AllNotes): AllNotes => ({
  discover: new Map([...before.discover, ...after.discover]),
  relabel: new Map([...before.relabel, ...after.relabel]),
  rows: new Map([...before.rows, ...after.rows]),
})

/** Everything else that is ready goes first wherever the work yields. */
async function inTurns(work: Iterable<void>): Promise<void> {
  for (const _ of work) await turn()
}

/** The same, of work that yields a chunk now and then. */
async function takingTurns(work: Iterable<Chunk | undefined>, take: (chunk: Chunk) => void): Promise<void> {
  for (const chunk of work) {
    if (chunk) take(chunk)
    await turn()
  }
}

/** The data path: discover → scrape → parse → relabel → aggregate → commit → publish. */
export class Pipeline implements PageSink, NodeSink {
  readonly #stages: Stages
  readonly #watchlist = new Watchlist()
  #released: Target['id'][] = []
  #notes = noNotes()
  #chunks: Chunk[] = []
  #isInRound = false
  /** The commit that runs, or the last one; settled without an error. */
  #running: Promise<void> = Promise.resolve()
  /** The one after it. */
  #queued: Promise<void> | undefined

  constructor(stages: Stages) {
    this.#stages = stages
  }

  /** Goes on where the last run ended: what it committed is shown before anything is scraped. Called once, first. */
  async restore(): Promise<Restored | undefined> {
    const { state, relabeller, aggregator, snapshot, rows } = this.#stages
    const restored = await state.load()
    if (!restored) return undefined
    relabeller.recall(restored.notes.relabel)
    rows?.recall(restored.notes.rows)
    aggregator.restore(restored)
    this.#watchlist.restore(restored.targets.map(({ id }) => id))
    await inTurns(snapshot.restoring(aggregator.checkpoint().committed))
    return restored
  }

  /** Who is to be scraped has changed: names are learnt, targets that are gone are let go, the scraper follows. */
  discovered(found: Discovered, scraper: Scraper): void {
    const { relabeller, aggregator, state, snapshot, clock, rows } = this.#stages
    const { stale, gone, renamed, succeeded } = this.#watchlist.update(found, clock.monotonicMs())
    for (const id of stale) aggregator.stale(id)
    for (const [before, now] of renamed) {
      aggregator.rename(before, now)
      rows?.rename(before, now)
    }
    for (const [before, now] of succeeded) aggregator.succeed(before, now)
    this.#release([...gone, ...renamed.map(([before]) => before)])
    const relabel = relabeller.know(found.pods)
    if (state.isDurable) this.#notes = joined(this.#notes, { ...noNotes(), discover: found.notes, relabel })
    snapshot.discovered(found)
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
   * Makes a row of every series, for the next commits: what was encoded before a commit is of sums that it holds.
   *
   * @returns whether it was made: not while the rows of the last round are not committed
   */
  async round(): Promise<boolean> {
    const { rows, snapshot } = this.#stages
    if (this.#isInRound || this.#chunks.length > 0) return false
    this.#isInRound = true
    try {
      await takingTurns(rows?.round(snapshot.sheets) ?? [], (chunk) => this.#chunks.push(chunk))
    } finally {
      this.#isInRound = false
    }
    return true
  }

  pace(pace: Pace): void {
    this.#stages.snapshot.pace(pace)
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
    const { aggregator, state, snapshot, clock, rows } = this.#stages
    this.#release(this.#watchlist.expire(clock.monotonicMs()))
    const { committed, targets, ...turnover } = aggregator.checkpoint({ records: state.isDurable })
    const { chunks: made = [], notes: ofRows = new Map() } = rows?.turnover({ ...turnover, wallMs: committed.wallMs }) ?? {}
    const released = this.#released
    const notes = joined(this.#notes, { ...noNotes(), rows: ofRows })
    this.#notes = noNotes()
    const chunks = this.#chunks
    this.#chunks = []
    try {
      await takingTurns(made, (chunk) => chunks.push(chunk))
      await state.commit({ committed, targets, released, notes, chunks })
    } catch (error) {
      this.#notes = joined(notes, this.#notes)
      this.#chunks = [...chunks, ...this.#chunks]
      throw error
    }
    this.#released = this.#released.slice(released.length)
    await inTurns(snapshot.publishing(committed, turnover.sheets))
  }

  #release(ids: readonly Target['id'][]): void {
    const { parser, relabeller, aggregator, rows } = this.#stages
    this.#released = [...this.#released, ...ids]
    for (const id of ids) {
      aggregator.forget(id)
      parser.forget(id)
      relabeller.forget(id)
      rows?.forget(id)
    }
  }
}
