import type { Committed } from '../model/cell.ts'
import type { Restored, TargetRecord } from '../model/record.ts'
import type { Birth, PastTarget, Sheet } from '../model/sheet.ts'
import type { Target } from '../model/target.ts'
import type { Clock } from '../runtime/clock.ts'
import { Problem } from '../runtime/problem.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { Cells } from './cells.ts'
import { countPage, hasFallen, measureGauges, withdrawGauges } from './count.ts'
import { type Feed, type Incoming, type Past, reshape } from './feed.ts'
import { Memory } from './memory.ts'
import type { AggregateOptions } from './options.ts'
import { crowdedOut, Outcasts, overfull } from './outcasts.ts'
import { planOf } from './plan.ts'
import { ProcessLife } from './process-life.ts'
import { aggregateProblems } from './problems.ts'
import { pastOf, recordOf } from './records.ts'
import { sameSource, sourceOf } from './source.ts'
import { aggregateEvents, aggregateMetrics } from './telemetry.ts'

/** How long edges of the last run are kept for targets that have not answered yet: nobody knows which of them are theirs. */
const returnWithinMs = 300_000

/** What changed since the last checkpoint, copied at one moment: it goes to the state first and to everyone else after. */
export interface Checkpoint {
  readonly committed: Committed
  /** The fresh targets' sheets, ordered by target id. Their columns go on being overwritten. */
  readonly sheets: readonly Sheet[]
  /** What is to be kept of the targets that were counted since the last checkpoint. */
  readonly targets: readonly TargetRecord[]
  /** Series that came onto a page since the last checkpoint, new or back again. */
  readonly born: readonly Birth[]
  /** Sheets of targets that ceased to be fresh since the last checkpoint, or whose page lost series, as they stood: nobody changes their columns any more. */
  readonly left: readonly Sheet[]
  /** Who is left out since the last checkpoint and was forgotten: should it come back, it begins at zero. */
  readonly castOut: readonly Target['id'][]
}

/**
 * Pages in, sums per edge out. Counters never fall: a pod that leaves keeps what it counted, and takes only its gauges along. What is added here is
 * seen by nobody before it is committed.
 */
export class Aggregator {
  readonly #cells = new Cells()
  #feeds = new Map<Target['id'], Feed>()
  /** They stand in the order of their ids. */
  #isSorted = true
  /** Targets of the last run that have not answered yet. */
  readonly #pasts = new Map<Target['id'], Past>()
  readonly #counted = new Set<Target['id']>()
  /** Targets whose address somebody else has by now. */
  readonly #reused = new Set<Target['id']>()
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #outcasts = new Outcasts()
  /** Who was cast out since the last checkpoint, as they stood. */
  #castOut: Feed[] = []
  #born: Birth[] = []
  #left: Feed[] = []
  readonly #limits: AggregateOptions
  #restoredMs = -Infinity

  constructor(limits: AggregateOptions, context: { readonly clock: Clock; readonly telemetry: Telemetry }) {
    this.#limits = limits
    this.#clock = context.clock
    this.#telemetry = context.telemetry
  }

  /** Goes on where the last run ended. Called before the first page. */
  restore(restored: Restored): void {
    this.#restoredMs = this.#clock.monotonicMs()
    this.#cells.restore(restored, { wallMs: this.#clock.wallMs(), monotonicMs: this.#restoredMs })
    for (const record of restored.targets) this.#pasts.set(...pastOf(record))
  }

  /** What was counted of a target of the run before that has not answered yet. */
  past(id: Target['id']): PastTarget | undefined {
    return this.#pasts.get(id)
  }

  /**
   * Counts one complete page.
   *
   * @throws {Problem} `address_reused` for the page of a pod that is being deleted when it is of another process: containers are not restarted then;
   *   `too_many_names` or `too_many_edges` for that of a target that names too much. Then nothing of it was counted.
   */
  add(incoming: Incoming): void {
    const { target, names, values, asked } = incoming
    const nowMs = this.#clock.monotonicMs()
    const past = this.#pastOf(target)
    const { life } = past
    const page = { plan: planOf(names), values, monotonicMs: nowMs, wallMs: this.#clock.wallMs(), timestampMs: incoming.timestampMs }
    if (target.terminating) this.#refuseOthers(incoming, life.isOfAnother(page))
    const restart = life.restartedBefore(target, page)
    this.#outcasts.refuse(target, { isAnew: restart !== undefined, nowMs })
    const feed = this.#feedOf(incoming, past)
    if (restart) feed.memory.restartAll(restart)
    feed.values.set(values.subarray(0, feed.values.length))
    const count = countPage(feed, values, this.#cells, { restart, nowMs })
    for (const group of count.restarted) feed.memory.restart(group)
    life.counted(count, restart, asked)
    const skippedGauges = measureGauges(feed, values, this.#cells, nowMs)
    feed.timestampMs = incoming.timestampMs
    this.#counted.add(target.id)
    this.#observe(target, { skipped: count.skipped + skippedGauges, restarted: restart?.isNews || count.allRestarted })
  }

  /** The target does not answer, or is not asked any more: its gauges say nothing, its counters go on when it comes back. */
  stale(id: Target['id']): void {
    const feed = this.#feeds.get(id)
    if (!feed?.fresh) return
    withdrawGauges(feed, this.#cells)
    feed.fresh = false
    this.#left.push(feed)
  }

  /** The pod is gone, or no longer ours to watch: what it counted stays. */
  forget(id: Target['id']): void {
    this.stale(id)
    this.#feeds.delete(id)
    this.#pasts.delete(id)
    this.#counted.delete(id)
    this.#reused.delete(id)
    this.#outcasts.forget(id)
    this.#castOut = this.#castOut.filter(({ target }) => target.id !== id)
  }

  /** The same pod under another id: its port changed. What was counted goes on under the new one. */
  rename(from: Target['id'], to: Target['id']): void {
    const feed = this.#feeds.get(from)
    const past = this.#pasts.get(from)
    if (past) this.#pasts.set(to, past)
    if (feed) {
      feed.memory.keep(feed)
      this.#pasts.set(to, { memory: feed.memory, life: feed.life, onPage: feed.plan.keySet })
    }
    this.#outcasts.rename(from, to)
    this.forget(from)
  }

  /**
   * Another pod has the address of one that is gone. If it answered already while its object was not known, that was taken for a restart of the first
   * one and counted: the other pod goes on from there.
   */
  succeed(from: Target['id'], to: Target['id']): void {
    const feed = this.#feeds.get(from)
    const life = feed?.life.heir()
    if (!feed || !life) return
    const memory = new Memory()
    memory.keep({ ...feed, totals: feed.last })
    this.#pasts.set(to, { memory, life, onPage: feed.plan.keySet })
  }

  /** Copies all sums as they stand; with `records`, also what is to be kept of targets. */
  checkpoint({ records = false } = {}): Checkpoint {
    const live = this.#makeRoom()
    this.#sort()
    const { all, sums, moved, hidden, numbering } = this.#cells
    const targets = records ? this.#records() : []
    const [born, left, castOut] = [this.#born, this.#left, this.#castOut.map(({ target }) => target.id)]
    this.#castOut = []
    this.#born = []
    this.#left = []
    return {
      committed: {
        numbering,
        wallMs: this.#clock.wallMs(),
        monotonicMs: this.#clock.monotonicMs(),
        cells: all,
        sums: sums.slice(0, all.length),
        live,
        movedMs: moved.slice(0, this.#cells.edgeCount),
        hidden,
      },
      sheets: this.#fresh(),
      targets,
      born,
      left,
      castOut,
    }
  }

  /** Sheets come in this order; sorted only when somebody is new, since there are thousands. */
  #sort(): void {
    if (!this.#isSorted) this.#feeds = new Map([...this.#feeds].sort(([a], [b]) => (a < b ? -1 : 1)))
    this.#isSorted = true
  }

  #fresh(): Feed[] {
    return [...this.#feeds.values()].filter((feed) => feed.fresh)
  }

  /** Keeps edges within their limit. @returns which of them are live */
  #makeRoom(): ReadonlySet<number> {
    const { edgeLimit: limit } = this.#limits
    let live = edgesOf(this.#fresh())
    if (live.size > limit) {
      this.#crowdOut(limit)
      live = edgesOf(this.#fresh())
    }
    if (this.#pasts.size > 0 && this.#clock.monotonicMs() - this.#restoredMs < returnWithinMs) return live
    const routes = [...this.#feeds.values()].map(({ route }) => route)
    const forgotten = this.#cells.makeRoom(limit, { live, routes })
    if (forgotten === 0) return live
    this.#telemetry.emit(aggregateEvents.edgesForgotten, { edges: forgotten, limit })
    return edgesOf(this.#fresh())
  }

  #crowdOut(limit: number): void {
    for (const feed of crowdedOut(this.#fresh(), limit)) {
      this.#outcasts.crowdOut(feed, { limit, nowMs: this.#clock.monotonicMs() })
      this.stale(feed.target.id)
    }
  }

  /** @throws {Problem} `too_many_names` when it is the target of this very feed that cannot be counted on */
  #holdToLimits(feed: Feed, known: Feed | undefined): void {
    const over = overfull(feed, this.#feeds.values(), this.#limits)
    if (!over) return
    const { id } = over.whose.target
    const problem = this.#outcasts.cast(over.whose, over.why)
    this.stale(id)
    this.#feeds.delete(id)
    this.#castOut.push(over.whose)
    if (over.whose !== feed) return
    // Nothing of the page was counted: who left is who was known.
    this.#left = [...this.#left.filter((left) => left !== feed), ...(known?.fresh ? [known] : [])]
    throw problem
  }

  /** Another pod can have the address before the first one's object is gone. */
  #refuseOthers({ target, names, values }: Incoming, isOfAnother: boolean): void {
    const known = this.#feeds.get(target.id)
    const fell = known?.names === names && hasFallen(known, values)
    if (this.#reused.has(target.id) || fell || isOfAnother) {
      this.#reused.add(target.id)
      throw new Problem(
        aggregateProblems.address_reused,
        `${target.url.host} answers as another process than the pod that is being deleted.`,
      )
    }
  }

  #records(): TargetRecord[] {
    const counted = [...this.#counted].flatMap((id) => this.#feeds.get(id) ?? [])
    this.#counted.clear()
    return [...this.#castOut, ...counted].map(recordOf)
  }

  #pastOf(target: Target): Past {
    const { id } = target
    const past = this.#feeds.get(id) ?? this.#pasts.get(id) ?? this.#outcasts.pastOf(id)
    return past ?? { memory: new Memory(), life: new ProcessLife(target) }
  }

  /** The target's columns for this page: the same ones as long as it names the same series and they lead to the same edges. */
  #feedOf(incoming: Incoming, past: Past): Feed {
    const { target, targetLabels, names } = incoming
    const known = this.#feeds.get(target.id)
    // The edges of a target that was silent may have been forgotten meanwhile.
    const stays = known?.fresh && known.names === names && sameSource(known.targetLabels, targetLabels)
    if (stays && known.target === target) return known
    if (known && !stays) withdrawGauges(known, this.#cells)
    const route = () => this.#cells.route(sourceOf(targetLabels), names)
    const { feed, born } = stays
      ? { feed: { ...known, target, targetLabels }, born: undefined }
      : reshape(incoming, { known, past, route: route() })
    this.#feeds.set(target.id, feed)
    this.#pasts.delete(target.id)
    if (!known) this.#isSorted = false
    if (!stays) this.#holdToLimits(feed, known)
    if (!stays && known?.fresh && !known.plan.keySet.isSubsetOf(feed.plan.keySet)) this.#left.push(known)
    if (born?.size) this.#born.push({ sheet: feed, totals: born, timestampMs: incoming.timestampMs })
    return feed
  }

  #observe({ kind }: Target, { skipped, restarted }: { readonly skipped: number; readonly restarted: boolean }): void {
    const { metrics } = this.#telemetry
    if (skipped > 0) metrics.count(aggregateMetrics.skippedValues, {}, skipped)
    if (restarted) metrics.count(aggregateMetrics.restarts, { kind })
  }
}

/** Ids of the edges that these pages name; pages of one workload share their route. */
function edgesOf(feeds: readonly Feed[]): Set<number> {
  const edges = new Set<number>()
  for (const route of new Set(feeds.map((feed) => feed.route))) for (const id of route.edges) edges.add(id)
  return edges
}
