import type { Committed, Shown } from '../model/cell.ts'
import type { Discovered, Hearing } from '../model/discovered.ts'
import type { DestinationFigures, EdgesAnswer, HistoryAnswer, ReceiverFigures, StatusFigures, TargetsAnswer } from '../model/figures.ts'
import type { Pace } from '../model/pace.ts'
import type { TargetHealth } from '../model/page.ts'
import type { Sheet } from '../model/sheet.ts'
import type { Target } from '../model/target.ts'
import type { TraceAnswer, TraceFilter, TracesAnswer } from '../model/trace-figures.ts'
import type { Clock } from '../runtime/clock.ts'
import { ContainerUse } from './container-use.ts'
import { EdgeReading } from './edge-reading.ts'
import type { HistoryOptions } from './options.ts'
import { Readers } from './readers.ts'
import type { EdgesQuestion, Reading } from './reading.ts'
import { type Showing, shownBefore, shownNothing, showingAfter } from './showing.ts'
import { count, idleReason, paceFigures, statusOf, targetFigures, waitingReason } from './target-figures.ts'
import { Traces } from './traces.ts'

export interface SnapshotOptions {
  readonly history: HistoryOptions
  /** The scrape interval: how long a new cell is shown as zero at least. */
  readonly intervalMs: number
  readonly version: string
  /** Who is asked about containers; absent where nobody is. */
  readonly containersFrom?: 'kubelet' | 'apiserver'
}

/** The last committed state and its past: written by the pipeline, read by everyone who shows something. */
export class Snapshot implements Reading {
  readonly containers: ContainerUse
  /** Written as spans come, without a commit: no sum is made of them. */
  readonly lastTraces: Traces
  readonly #options: SnapshotOptions
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #edges: EdgeReading
  #showing: Showing = shownNothing
  readonly #readers = new Readers()
  #health: ReadonlyMap<Target['id'], { told?: TargetHealth }> = new Map()
  #discovered: Discovered | undefined
  #hearings: readonly Hearing[] = []
  #destinations: () => readonly DestinationFigures[] = () => []
  #receiver: () => ReceiverFigures | undefined = () => undefined
  #committed: Committed | undefined
  #sheets: readonly Sheet[] = []
  #ready = false
  /** What happened while no collector ran comes with the first round of pages: between two moments of it, it would be a rate that never was. */
  #isCatchingUp = false
  #pace: Pace
  /** When the last target that was waiting was asked, monotonic. */
  #askedMs = 0

  constructor(options: SnapshotOptions, { clock }: { readonly clock: Clock }) {
    this.#options = options
    this.#clock = clock
    this.#startedMs = clock.wallMs()
    this.#edges = new EdgeReading(options.history, clock)
    this.containers = new ContainerUse(options.containersFrom)
    this.lastTraces = new Traces(clock)
    this.#pace = { intervalMs: options.intervalMs, everyNth: 1 }
  }

  /**
   * Takes over a state that is committed; from the end on everybody sees it, and until then what was before. It yields where others may have their turn
   * first. One at a time.
   */
  *publishing(committed: Committed, sheets: readonly Sheet[]): Generator<void, void> {
    const showing = yield* showingAfter(this.#showing, committed, this.#newForMs())
    this.#committed = committed
    this.#sheets = sheets
    this.#showing = showing
    this.#isCatchingUp &&= !this.readiness().ready
    this.#edges.take(committed, showing.knownIds, { isKept: !this.#isCatchingUp })
  }

  /** Somebody fetches what `/metrics/edges` shows. */
  fetched(reader: string): void {
    this.#readers.fetched(reader, this.#clock.monotonicMs())
  }

  /** How long something new is shown as 0: until everyone who reads regularly has seen it so. */
  #newForMs(): number {
    return Math.max(this.#options.intervalMs, this.#readers.slowestPauseMs(this.#clock.monotonicMs()))
  }

  /** Nothing ran for a while, up to now: what happened meanwhile comes with the next round of pages. */
  stoodStill(): void {
    this.#edges.pause(this.#clock.monotonicMs() + 2 * this.#pace.intervalMs * this.#pace.everyNth)
  }

  /** Takes over what the last run had shown: it goes on being shown as it stood, not as something new. */
  *restoring(committed: Committed): Generator<void, void> {
    this.#showing = shownBefore(committed)
    this.#isCatchingUp = committed.sums.length > 0
    yield* this.publishing(committed, [])
  }

  discovered(found: Discovered): void {
    this.#discovered = found
    this.containers.discovered(found)
    this.#health = new Map(found.targets.map(({ id }) => [id, this.#health.get(id) ?? {}]))
  }

  watched(hearings: readonly Hearing[]): void {
    this.#hearings = hearings
  }

  /** How destinations are doing, asked whenever somebody looks. */
  delivering(destinations: () => readonly DestinationFigures[]): void {
    this.#destinations = destinations
  }

  /** How receiving spans goes, asked whenever somebody looks. */
  receiving(receiver: () => ReceiverFigures): void {
    this.#receiver = receiver
  }

  health(id: Target['id'], health: TargetHealth): void {
    const known = this.#health.get(id)
    if (!known) return
    if (!known.told) this.#askedMs = this.#clock.monotonicMs()
    known.told = health
  }

  pace(pace: Pace): void {
    this.#pace = pace
  }

  /** What `/metrics/osm` shows: the sheets of targets that answer. */
  get sheets(): readonly Sheet[] {
    return this.#sheets
  }

  /** What `/metrics/edges` shows. */
  get shown(): Shown | undefined {
    return this.#committed && this.#showing
  }

  edges(question: EdgesQuestion & { readonly trend?: boolean }): EdgesAnswer {
    return this.#edges.edges(question)
  }

  history(question: EdgesQuestion & { readonly stepMs: number }): HistoryAnswer {
    return this.#edges.history(question)
  }

  traces(filter: TraceFilter): TracesAnswer {
    return this.lastTraces.traces(filter)
  }

  trace(traceId: string): TraceAnswer | undefined {
    return this.lastTraces.trace(traceId)
  }

  targets(): TargetsAnswer {
    const labels = new Map(this.#sheets.map(({ target, targetLabels }) => [target.id, targetLabels.kubernetesPods]))
    const { targets = [], dropped = [] } = this.#discovered ?? {}
    const { rule, problems } = statusOf(this.#discovered, this.#hearings)
    return {
      targets: targets.map((target) => targetFigures(target, this.#health.get(target.id)?.told, labels.get(target.id))),
      dropped: dropped.map(({ namespace, pod, reason, remedy }) => ({ namespace, pod: pod ?? null, reason, remedy })),
      rule,
      problems,
      scrape: paceFigures(this.#pace),
    }
  }

  status(): StatusFigures {
    const { ready, reason } = this.readiness()
    return {
      version: this.#options.version,
      startedMs: this.#startedMs,
      ready,
      reason: reason ?? null,
      committedMs: this.#committed?.wallMs ?? null,
      discovery: statusOf(this.#discovered, this.#hearings),
      scrape: paceFigures(this.#pace),
      containers: this.containers.figures,
      traces: this.#receiver() ?? null,
      destinations: [...this.#destinations()],
      targets: count((this.#discovered?.targets ?? []).map(({ id }) => this.#health.get(id)?.told?.state ?? 'waiting')),
      dropped: count((this.#discovered?.dropped ?? []).map(({ reason: why }) => why)),
      edges: this.#showing.knownIds.length,
      cells: this.#committed?.sums.length ?? 0,
    }
  }

  /** Ready once, ready for good: a target that is new does not take it back. */
  readiness(): { readonly ready: boolean; readonly reason?: string } {
    if (this.#ready) return this.#readyAndWhy()
    if (!this.#discovered) return { ready: false, reason: waitingReason(this.#hearings) }
    const waiting = this.#discovered.targets.filter(({ id }) => !this.#health.get(id)?.told).length
    if (waiting > 0) return { ready: false, reason: `${waiting} of ${this.#discovered.targets.length} targets were not asked yet.` }
    if (!this.#committed || this.#committed.monotonicMs < this.#askedMs)
      return { ready: false, reason: 'What the first round brought is not committed yet.' }
    this.#ready = true
    return this.#readyAndWhy()
  }

  /**
   * A collector that has too much to do is ready all the same: what it has is true, and nobody else has it. So is one that has nothing to do because of what
   * it reads: no restart would mend that.
   */
  #readyAndWhy(): { readonly ready: true; readonly reason?: string } {
    const { problem } = this.#pace
    const reason = problem ? `${problem.message} ${problem.remedy}` : idleReason(this.#discovered)
    return { ready: true, ...(reason !== undefined && { reason }) }
  }
}
