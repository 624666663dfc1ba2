import type { Page, TargetHealth } from '../model/page.ts'
import type { Target } from '../model/target.ts'
import type { Clock } from '../runtime/clock.ts'
import { Problem } from '../runtime/problem.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { Activity } from '../telemetry/tracer.ts'
import { letGo } from './answer.ts'
import type { Census } from './census.ts'
import { failing, healthy, noticed } from './health.ts'
import type { Pacing } from './pacing.ts'
import type { Errand, PageReader, Taken } from './page-reader.ts'
import { scrapeProblems } from './problems.ts'
import { Rest } from './rest.ts'
import { Schedule, Stamps, type Turn } from './schedule.ts'
import type { PageSink } from './scraper.ts'
import { scrapeActivities, scrapeEvents, scrapeMetrics } from './telemetry.ts'
import { callFacts, pageFacts } from './traced.ts'

/** What a watch works with; the same for all targets. */
export interface WatchParts {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly sink: PageSink
  readonly seed: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly pacing: Pacing
  readonly newReader: (target: Target) => PageReader
  readonly census: Census
  /** Told when a scrape begins, +1, and ends, -1. */
  readonly busy: (by: 1 | -1) => void
}

/** What is known of a scrape when it begins. */
interface Beginning {
  readonly startedMs: number
  readonly counts: () => boolean
  readonly activity: Activity | undefined
}

/** Follows one target: its schedule, its connection, its health. At most one scrape runs at a time; after `stop` the sink hears nothing of it. */
export class Watch {
  readonly #parts: WatchParts
  readonly #schedule: Schedule
  readonly #stamps = new Stamps()
  readonly #rest = new Rest()
  #target: Target
  #reader: PageReader
  #health: TargetHealth = { state: 'waiting', failures: 0 }
  #running: Promise<void> | undefined
  /** A turn of a pod that leaves came while a scrape ran: it is read again as soon as that one ends. */
  #again = false
  #stopped = false
  /** The last turn that began; none before the first. */
  #lastTurn: Turn | undefined
  #cancelTurn = () => {}

  /** @param arrivals how many targets are new together with this one, itself included */
  constructor(target: Target, parts: WatchParts, arrivals: number) {
    this.#parts = parts
    this.#target = target
    this.#reader = parts.newReader(target)
    this.#schedule = new Schedule(target.id, parts)
    parts.census.moved(undefined, this.#health.state)
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

  /** Targets are to be read more often or more seldom from now on. A first turn stays, and so do those of a pod that leaves. */
  repace(): void {
    if (!this.#lastTurn || this.#target.terminating) return
    const { dueMs } = this.#next(this.#lastTurn, this.#parts.clock.monotonicMs())
    this.#plan({ dueMs, missed: 0 })
  }

  /** Ends it; resolves when nothing of it runs any more. Safe twice. */
  async stop(): Promise<void> {
    if (!this.#stopped) this.#parts.census.moved(this.#health.state, undefined)
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
    const { clock, pacing } = this.#parts
    const nowMs = clock.monotonicMs()
    const next = this.#next(turn, nowMs)
    this.#lastTurn = turn
    this.#plan(next)
    this.#skip('held_up', next.missed)
    if (!this.#rest.isOver(nowMs)) return this.#skip('costly_page')
    // The whole process stood still, and everyone's turn comes at once: they wait for their slots. Once, since who is late each time must be read, too.
    if (next.missed > 0 && turn.missed === 0 && !this.#target.terminating) return this.#skip('held_up')
    const isTroubled = this.#running !== undefined || this.#schedule.isLate(turn, nowMs)
    pacing.fellDue(1 + next.missed, next.missed + (isTroubled ? 1 : 0))
    if (!this.#running) this.#running = this.#scrape(turn, nowMs)
    else {
      this.#skip('running')
      this.#again = this.#target.terminating
    }
  }

  #next(turn: Turn, nowMs: number): Turn {
    return this.#schedule.next(turn, nowMs, { terminating: this.#target.terminating, everyNth: this.#parts.pacing.everyNth })
  }

  #skip(reason: 'running' | 'held_up' | 'costly_page', turns = 1): void {
    if (turns > 0) this.#parts.telemetry.metrics.count(scrapeMetrics.skipped, { reason }, turns)
  }

  async #scrape(turn: Turn, startedMs: number): Promise<void> {
    const { busy, clock, telemetry } = this.#parts
    const reader = this.#reader
    // Whether what comes still counts: the target can leave, or move to another address, while it is read.
    const counts = () => !this.#stopped && reader === this.#reader
    const activity = telemetry.tracer?.begin(scrapeActivities.scrape)
    activity?.tell(callFacts(this.#target))
    const errand = this.#errand(turn, { startedMs, counts, activity })
    busy(1)
    try {
      const taken = await reader.read(errand)
      if (!counts()) return
      activity?.tell(pageFacts(taken))
      activity?.end()
      this.#succeeded(taken, clock.monotonicMs() - startedMs)
      if (taken.compareMs !== undefined && (await reader.compare(taken.compareMs, errand.deadlineMs))) this.#tell(scrapeEvents.filterSlower)
    } catch (error) {
      if (!counts()) return
      const problem = asProblem(error)
      activity?.fail(problem)
      this.#failed(errand.target, { problem, durationMs: clock.monotonicMs() - startedMs })
    } finally {
      busy(-1)
      this.#running = undefined
      if (this.#again && !this.#stopped) this.#plan({ dueMs: clock.monotonicMs(), missed: 0 })
      this.#again = false
    }
  }

  #errand(turn: Turn, { startedMs, counts, activity }: Beginning): Errand {
    const { clock, telemetry, timeoutMs } = this.#parts
    const target = this.#target
    const isLate = this.#schedule.isLate(turn, startedMs)
    if (isLate) telemetry.metrics.count(scrapeMetrics.late)
    return {
      target,
      timestampMs: this.#stamps.next(clock.wallMs(), { byMs: startedMs - turn.dueMs, isLate }),
      deadlineMs: startedMs + this.#schedule.timeoutMs(timeoutMs, target),
      deliver: (page) => (counts() ? this.#deliver(page, activity) : letGo()),
    }
  }

  #deliver(page: Page, activity: Activity | undefined): ReturnType<PageSink['page']> {
    const { clock, sink } = this.#parts
    const fromMs = clock.monotonicMs()
    const part = activity?.part(scrapeActivities.takePage)
    try {
      return sink.page(page)
    } finally {
      part?.end()
      this.#rest.held(fromMs, clock.monotonicMs())
    }
  }

  #succeeded({ asked, bytes, series, refusedNow }: Taken, durationMs: number): void {
    const { clock, sink, telemetry, pacing } = this.#parts
    const recovered = this.#health.failures > 0 && !this.#target.terminating
    this.#fares(healthy({ wallMs: clock.wallMs(), durationMs, bytes, series, asked }))
    this.#measure('good', durationMs)
    pacing.ended('good')
    telemetry.metrics.count(scrapeMetrics.bytes, {}, bytes)
    telemetry.metrics.observe(scrapeMetrics.pageBytes, bytes)
    sink.health(this.#target.id, this.#health)
    if (recovered) this.#tell(scrapeEvents.recovered)
    if (refusedNow) this.#tell(scrapeEvents.filterRefused)
  }

  #failed(target: Target, failure: { readonly problem: Problem; readonly durationMs: number }): void {
    const { kind } = failure.problem
    this.#fares(failing(this.#health, target, failure))
    this.#measure(kind.code, failure.durationMs)
    this.#parts.pacing.ended(kind === scrapeProblems.scrape_timeout ? 'timedOut' : 'failed')
    this.#parts.sink.health(target.id, this.#health)
    const { code, message } = this.#health.error ?? {}
    // A pod that leaves stops answering: that is no news.
    if (this.#health.failures === 1 && !this.#target.terminating) this.#tell(scrapeEvents.failing, { code, reason: message })
  }

  #fares(health: TargetHealth): void {
    const { census, intervalMs, pacing } = this.#parts
    census.moved(this.#health.state, health.state)
    this.#health = noticed(health, this.#rest.notice(intervalMs * pacing.everyNth), this.#target)
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
