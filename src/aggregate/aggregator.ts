import type { Committed } from '../model/cell.ts'
import type { EdgeSource } from '../model/edge.ts'
import type { TargetLabels } from '../model/mesh-series.ts'
import type { Sheet } from '../model/sheet.ts'
import type { Target } from '../model/target.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { Cells } from './cells.ts'
import { countPage, measureGauges, withdrawGauges } from './count.ts'
import { type Feed, type Incoming, reshape } from './feed.ts'
import { planOf } from './plan.ts'
import { aggregateEvents, aggregateMetrics } from './telemetry.ts'

/** What changed since the last checkpoint, copied at one moment: it goes to the state first and to everyone else after. */
export interface Checkpoint {
  readonly committed: Committed
  /** The fresh targets' sheets, ordered by target id. Their columns go on being overwritten. */
  readonly sheets: readonly Sheet[]
}

/**
 * Pages in, sums per edge out. Counters never fall: a pod that leaves keeps what it counted, and takes only its gauges along. What is added here is
 * seen by nobody before it is committed.
 */
export class Aggregator {
  readonly #cells = new Cells()
  readonly #feeds = new Map<Target['id'], Feed>()
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #edgeLimit: number

  constructor(options: { readonly edgeLimit: number }, context: { readonly clock: Clock; readonly telemetry: Telemetry }) {
    this.#edgeLimit = options.edgeLimit
    this.#clock = context.clock
    this.#telemetry = context.telemetry
  }

  /** Counts one complete page. */
  add(incoming: Incoming): void {
    const { target, names, values, asked } = incoming
    const nowMs = this.#clock.monotonicMs()
    const feed = this.#feedOf(incoming, nowMs)
    const restart = feed.life.restartedBefore(target, planOf(names), values)
    const counting = feed.names === names ? feed : this.#reshaped(incoming, feed, nowMs)
    if (restart) counting.memory.restartAll()
    counting.values.set(values.subarray(0, counting.values.length))
    const count = countPage(counting, values, this.#cells, { restart, nowMs })
    for (const g of count.restarted) counting.memory.restart(counting.plan.groups[g] as string)
    counting.life.counted(count, counting.plan, asked)
    measureGauges(counting, values, this.#cells)
    counting.fresh = true
    counting.timestampMs = incoming.timestampMs
    this.#observe(target, count.skipped, restart || count.allRestarted)
  }

  /** The target does not answer, or is not asked any more: its gauges say nothing, its counters go on when it comes back. */
  stale(id: Target['id']): void {
    const feed = this.#feeds.get(id)
    if (!feed?.fresh) return
    withdrawGauges(feed, this.#cells)
    feed.fresh = false
  }

  /** The pod is gone, or no longer ours to watch: what it counted stays. */
  forget(id: Target['id']): void {
    this.stale(id)
    this.#feeds.delete(id)
  }

  /** Copies all sums as they stand. */
  checkpoint(): Checkpoint {
    const fresh = [...this.#feeds.values()].filter((feed) => feed.fresh).sort((a, b) => (a.target.id < b.target.id ? -1 : 1))
    const live = new Set<number>()
    for (const { route } of fresh) for (const id of route.edges) live.add(id)
    const forgotten = this.#cells.shrink(this.#edgeLimit, live)
    if (forgotten > 0) this.#telemetry.emit(aggregateEvents.edgesForgotten, { edges: forgotten, limit: this.#edgeLimit })
    const { all, sums, moved, hidden } = this.#cells
    return {
      committed: {
        wallMs: this.#clock.wallMs(),
        monotonicMs: this.#clock.monotonicMs(),
        cells: all,
        sums: sums.slice(0, all.length),
        live,
        movedMs: moved.slice(),
        hidden,
      },
      sheets: fresh,
    }
  }

  #feedOf(incoming: Incoming, nowMs: number): Feed {
    const known = this.#feeds.get(incoming.target.id)
    if (!known) return this.#reshaped(incoming, undefined, nowMs)
    if (known.target === incoming.target) return known
    // The same pod with other facts (terminating, another container, another label): the columns stay, the route may be another.
    if (sameSource(known.targetLabels, incoming.targetLabels)) return this.#keep({ ...known, target: incoming.target, targetLabels: incoming.targetLabels })
    return this.#reshaped({ ...incoming, names: known.names }, known, nowMs)
  }

  #reshaped(incoming: Incoming, known: Feed | undefined, nowMs: number): Feed {
    const route = this.#cells.route(sourceOf(incoming.targetLabels), incoming.names, nowMs)
    return this.#keep(reshape(incoming, known, this.#cells, route))
  }

  #keep(feed: Feed): Feed {
    this.#feeds.set(feed.target.id, feed)
    return feed
  }

  #observe({ kind }: Target, skipped: number, restarted: boolean): void {
    const { metrics } = this.#telemetry
    if (skipped > 0) metrics.count(aggregateMetrics.skippedValues, {}, skipped)
    if (restarted) metrics.count(aggregateMetrics.restarts, { kind })
  }
}

/** The caller's side of the edges that a target's pages tell of. */
function sourceOf({ kubernetesPods: labels }: TargetLabels): EdgeSource {
  return {
    ...(labels.source_namespace && { namespace: labels.source_namespace }),
    ...(labels.source_service && { service: labels.source_service }),
    ...(labels.source_workload_name && { workload: labels.source_workload_name }),
    ...(labels.source_workload_kind && { workloadKind: labels.source_workload_kind }),
  }
}

const sameSource = (a: TargetLabels, b: TargetLabels): boolean => JSON.stringify(sourceOf(a)) === JSON.stringify(sourceOf(b))
