import type { Committed } from '../model/cell.ts'
import type { EdgeSource } from '../model/edge.ts'
import type { TargetLabels } from '../model/mesh-series.ts'
import type { Restored, TargetRecord } from '../model/record.ts'
import type { Sheet } from '../model/sheet.ts'
import type { Target } from '../model/target.ts'
import type { Clock } from '../runtime/clock.ts'
import { Problem } from '../runtime/problem.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { Cells } from './cells.ts'
import { countPage, hasFallen, measureGauges, withdrawGauges } from './count.ts'
import { type Feed, type Incoming, type Past, reshape } from './feed.ts'
import { Memory } from './memory.ts'
import { planOf } from './plan.ts'
import { ProcessLife } from './process-life.ts'
import { aggregateProblems } from './problems.ts'
import { pastOf, recordOf } from './records.ts'
import { aggregateEvents, aggregateMetrics } from './telemetry.ts'

/** What changed since the last checkpoint, copied at one moment: it goes to the state first and to everyone else after. */
export interface Checkpoint {
  readonly committed: Committed
  /** The fresh targets' sheets, ordered by target id. Their columns go on being overwritten. */
  readonly sheets: readonly Sheet[]
  /** What is to be kept of the targets that were counted since the last checkpoint. */
  readonly targets: readonly TargetRecord[]
}

/**
 * Pages in, sums per edge out. Counters never fall: a pod that leaves keeps what it counted, and takes only its gauges along. What is added here is
 * seen by nobody before it is committed.
 */
export class Aggregator {
  readonly #cells = new Cells()
  readonly #feeds = new Map<Target['id'], Feed>()
  /** Targets of the last run that have not answered yet. */
  readonly #pasts = new Map<Target['id'], Past>()
  readonly #counted = new Set<Target['id']>()
  /** Targets whose address somebody else has by now. */
  readonly #reused = new Set<Target['id']>()
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #edgeLimit: number

  constructor(options: { readonly edgeLimit: number }, context: { readonly clock: Clock; readonly telemetry: Telemetry }) {
    this.#edgeLimit = options.edgeLimit
    this.#clock = context.clock
    this.#telemetry = context.telemetry
  }

  /** Goes on where the last run ended. Called before the first page. */
  restore(restored: Restored): void {
    this.#cells.restore(restored, { wallMs: this.#clock.wallMs(), monotonicMs: this.#clock.monotonicMs() })
    for (const record of restored.targets) this.#pasts.set(...pastOf(record))
  }

  /**
   * Counts one complete page.
   *
   * @throws {Problem} `address_reused` for the page of a pod that is being deleted when it is of another process: containers are not restarted then
   */
  add(incoming: Incoming): void {
    const { target, names, values, asked } = incoming
    const nowMs = this.#clock.monotonicMs()
    const past = this.#pastOf(target)
    const { life } = past
    if (target.terminating) this.#refuseOthers(incoming, past)
    const restart = life.restartedBefore(target, { plan: planOf(names), values, nowMs })
    const feed = this.#feedOf(incoming, past, nowMs)
    if (restart) feed.memory.restartAll(restart)
    feed.values.set(values.subarray(0, feed.values.length))
    const count = countPage(feed, values, this.#cells, { restart, nowMs })
    for (const group of count.restarted) feed.memory.restart(group)
    life.counted(count, restart, asked)
    const skippedGauges = measureGauges(feed, values, this.#cells)
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
  }

  /** The pod is gone, or no longer ours to watch: what it counted stays. */
  forget(id: Target['id']): void {
    this.stale(id)
    this.#feeds.delete(id)
    this.#pasts.delete(id)
    this.#counted.delete(id)
    this.#reused.delete(id)
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
    this.forget(from)
  }

  /** Copies all sums as they stand; with `records`, also what is to be kept of targets. */
  checkpoint({ records = false } = {}): Checkpoint {
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
      targets: records ? this.#records() : [],
    }
  }

  /** Another pod can have the address before the first one's object is gone. */
  #refuseOthers({ target, names, values }: Incoming, { life }: Past): void {
    const known = this.#feeds.get(target.id)
    const fell = known?.names === names && hasFallen(known, values)
    if (this.#reused.has(target.id) || fell || life.isOfAnother(planOf(names), values)) {
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
    return counted.map(recordOf)
  }

  #pastOf(target: Target): Past {
    const past = this.#feeds.get(target.id) ?? this.#pasts.get(target.id) ?? { memory: new Memory(), life: new ProcessLife(target) }
    this.#pasts.delete(target.id)
    return past
  }

  /** The target's columns for this page: the same ones as long as it names the same series and they lead to the same edges. */
  #feedOf(incoming: Incoming, past: Past, nowMs: number): Feed {
    const { target, targetLabels, names } = incoming
    const known = this.#feeds.get(target.id)
    // The edges of a target that was silent may have been forgotten meanwhile.
    const stays = known?.fresh && known.names === names && sameSource(known.targetLabels, targetLabels)
    if (stays && known.target === target) return known
    if (known && !stays) withdrawGauges(known, this.#cells)
    const route = () => this.#cells.route(sourceOf(targetLabels), names, nowMs)
    const feed = stays ? { ...known, target, targetLabels } : reshape(incoming, { known, past, route: route() })
    this.#feeds.set(target.id, feed)
    return feed
  }

  #observe({ kind }: Target, { skipped, restarted }: { readonly skipped: number; readonly restarted: boolean }): void {
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

const sameSource = (a: TargetLabels, b: TargetLabels): boolean => a === b || JSON.stringify(sourceOf(a)) === JSON.stringify(sourceOf(b))
