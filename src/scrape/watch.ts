import type { TargetHealth } from '../model/page.ts'
import type { Target } from '../model/target.ts'
import type { Clock } from '../runtime/clock.ts'
import { Problem } from '../runtime/problem.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { letGo } from './answer.ts'
import { failing, healthy } from './health.ts'
import type { Errand, PageReader, Taken } from './page-reader.ts'
import { scrapeProblems } from './problems.ts'
import { Schedule, Stamps, type Turn } from './schedule.ts'
import type { PageSink } from './scraper.ts'
import { scrapeEvents, scrapeMetrics } from './telemetry.ts'

/** What a watch works with; the same for all targets. */
export interface WatchParts {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly sink: PageSink
  readonly seed: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly newReader: (target: Target) => PageReader
  /** Told when a scrape begins, +1, and ends, -1. */
  readonly busy: (by: 1 | -1) => void
}

/** Follows one target: its schedule, its connection, its health. At most one scrape runs at a time; after `stop` the sink hears nothing of it. */
export class Watch {
  readonly #parts: WatchParts
  readonly #schedule: Schedule
  readonly #stamps = new Stamps()
  #target: Target
  #reader: PageReader
  #health: TargetHealth = { state: 'waiting', failures: 0 }
  #running: Promise<void> | undefined
  /** A turn of a pod that leaves came while a scrape ran: it is read again as soon as that one ends. */
  #again = false
  #stopped = false
  #cancelTurn = () => {}

  /** @param arrivals how many targets are new together with this one, itself included */
  constructor(target: Target, parts: WatchParts, arrivals: number) {
    this.#parts = parts
    this.#target = target
    this.#reader = parts.newReader(target)
    this.#schedule = new Schedule(target.id, parts)
    const nowMs = parts.clock.monotonicMs()
    this.#plan(target.terminating ? { dueMs: nowMs, missed: 0 } : this.#schedule.first(nowMs, arrivals))
  }

  /** What discovery knows now about the same target. */
  update(target: Target): void {
    const before = this.#target
    this.#target = target
    if (target.url.href !== before.url.href || target.kind !== before.kind || target.dialect !== before.dialect) {
      this.#reader.close()
      this.#reader = this.#parts.newReader(target)
    }
    if (target.terminating && !before.terminating) this.#plan({ dueMs: this.#parts.clock.monotonicMs(), missed: 0 })
  }

  /** Ends it; resolves when nothing of it runs any more. Safe twice. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTurn()
    this.#reader.close()
    await this.#running
  }

  #plan(turn: Turn): void {
    this.#cancelTurn()
    this.#cancelTurn = this.#parts.clock.after(turn.dueMs - this.#parts.clock.monotonicMs(), () => this.#begin(turn))
  }

  #begin(turn: Turn): void {
    const { clock, telemetry } = this.#parts
    const nowMs = clock.monotonicMs()
    const next = this.#schedule.next(turn, nowMs, this.#target)
    this.#plan(next)
    const skipped = next.missed + (this.#running ? 1 : 0)
    if (skipped > 0) telemetry.metrics.count(scrapeMetrics.skipped, {}, skipped)
    if (this.#running) this.#again = this.#target.terminating
    else this.#running = this.#scrape(turn, nowMs)
  }

  async #scrape(turn: Turn, startedMs: number): Promise<void> {
    const { busy, clock } = this.#parts
    const reader = this.#reader
    // Whether what comes still counts: the target can leave, or move to another address, while it is read.
    const counts = () => !this.#stopped && reader === this.#reader
    const errand = this.#errand(turn, { startedMs, counts })
    busy(1)
    try {
      const taken = await reader.read(errand)
      if (!counts()) return
      this.#succeeded(taken, clock.monotonicMs() - startedMs)
      if (taken.compareMs !== undefined && (await reader.compare(taken.compareMs, errand.deadlineMs))) this.#tell(scrapeEvents.filterSlower)
    } catch (error) {
      if (counts()) this.#failed(errand.target, { problem: asProblem(error), durationMs: clock.monotonicMs() - startedMs })
    } finally {
      busy(-1)
      this.#running = undefined
      if (this.#again && !this.#stopped) this.#plan({ dueMs: clock.monotonicMs(), missed: 0 })
      this.#again = false
    }
  }

  #errand(turn: Turn, { startedMs, counts }: { startedMs: number; counts: () => boolean }): Errand {
    const { clock, sink, telemetry, timeoutMs } = this.#parts
    const target = this.#target
    const isLate = this.#schedule.isLate(turn, startedMs)
    if (isLate) telemetry.metrics.count(scrapeMetrics.late)
    return {
      target,
      timestampMs: this.#stamps.next(clock.wallMs(), { byMs: startedMs - turn.dueMs, isLate }),
      deadlineMs: startedMs + this.#schedule.timeoutMs(timeoutMs, target),
      deliver: (page) => (counts() ? sink.page(page) : letGo()),
    }
  }

  #succeeded({ asked, bytes, series, refusedNow }: Taken, durationMs: number): void {
    const { clock, sink, telemetry } = this.#parts
    const recovered = this.#health.failures > 0 && !this.#target.terminating
    this.#health = healthy({ wallMs: clock.wallMs(), durationMs, bytes, series, asked })
    this.#measure('good', durationMs)
    telemetry.metrics.count(scrapeMetrics.bytes, {}, bytes)
    sink.health(this.#target.id, this.#health)
    if (recovered) this.#tell(scrapeEvents.recovered)
    if (refusedNow) this.#tell(scrapeEvents.filterRefused)
  }

  #failed(target: Target, failure: { readonly problem: Problem; readonly durationMs: number }): void {
    this.#health = failing(this.#health, target, failure)
    this.#measure(failure.problem.kind.code, failure.durationMs)
    this.#parts.sink.health(target.id, this.#health)
    const { code, message } = this.#health.error ?? {}
    // A pod that leaves stops answering: that is no news.
    if (this.#health.failures === 1 && !this.#target.terminating) this.#tell(scrapeEvents.failing, { code, reason: message })
  }

  #measure(outcome: string, durationMs: number): void {
    const { metrics } = this.#parts.telemetry
    metrics.count(scrapeMetrics.scrapes, { outcome })
    metrics.observe(scrapeMetrics.duration, durationMs / 1000)
  }

  #tell(event: (typeof scrapeEvents)[keyof typeof scrapeEvents], fields: Readonly<Record<string, unknown>> = {}): void {
    const { id, url, pod } = this.#target
    this.#parts.telemetry.emit(event, {
      target: id,
      url: `${url.origin}${url.pathname}`,
      namespace: pod?.namespace,
      pod: pod?.name,
      ...fields,
    })
  }
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem(scrapeProblems.scrape_broken, `Reading the target failed: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  })
}
