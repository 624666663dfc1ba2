import type { Clock } from '../runtime/clock.ts'
import { repeat } from '../runtime/clock.ts'
import { durationText } from '../runtime/units.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { scrapeProblems } from './problems.ts'
import type { PageSink } from './scraper.ts'
import { Stretch } from './stretch.ts'
import { scrapeEvents, scrapeMetrics } from './telemetry.ts'

/** Looks are never closer together: of less time the figures say little. */
const shortestLookMs = 1_000

export interface PacingParts {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly sink: Pick<PageSink, 'pace'>
  readonly intervalMs: number
  /** How much of the time since it was last asked the thread was busy, 0 to 1. */
  readonly threadUse: () => number
}

/** Watches tell it how their turns go, and hear from it in every how many intervals they may read. */
export class Pacing {
  readonly #parts: PacingParts
  readonly #stretch = new Stretch()
  #due = 0
  #troubled = 0
  #done = 0

  constructor(parts: PacingParts) {
    this.#parts = parts
    parts.telemetry.metrics.set(scrapeMetrics.stretch, this.#stretch.factor)
  }

  get everyNth(): number {
    return this.#stretch.factor
  }

  /** Turns fell due; `troubled` of them were missed or began late. */
  fellDue(due: number, troubled: number): void {
    this.#due += due
    this.#troubled += troubled
  }

  /** A turn that began in time came to its end. */
  ended(how: 'good' | 'failed' | 'timedOut'): void {
    if (how === 'good') this.#done++
    if (how === 'timedOut') this.#troubled++
  }

  /**
   * Looks once per interval.
   *
   * @param changed told when targets are to be read more often or more seldom from now on
   * @returns what ends it
   */
  start(changed: () => void): () => void {
    const { clock, intervalMs } = this.#parts
    return repeat(clock, Math.max(shortestLookMs, intervalMs), () => {
      if (this.#look()) changed()
    })
  }

  #look(): boolean {
    const { telemetry, sink, intervalMs, threadUse } = this.#parts
    const before = this.#stretch.factor
    const seen = { due: this.#due, troubled: this.#troubled, done: this.#done, busy: threadUse() }
    this.#due = this.#troubled = this.#done = 0
    if (!this.#stretch.look(seen)) return false
    const { factor } = this.#stretch
    telemetry.metrics.set(scrapeMetrics.stretch, factor)
    telemetry.emit(factor > before ? scrapeEvents.stretched : scrapeEvents.relaxed, {
      interval: durationText(intervalMs),
      readEvery: durationText(intervalMs * factor),
      threadBusy: Number(seen.busy.toFixed(2)),
      turns: seen.due,
      lateOrMissed: seen.troubled,
    })
    sink.pace({ intervalMs, everyNth: factor, ...(factor > 1 && { problem: tooMuch(intervalMs, factor) }) })
    return true
  }
}

function tooMuch(intervalMs: number, factor: number) {
  const { code, remedy } = scrapeProblems.overloaded
  const [usual, now] = [durationText(intervalMs), durationText(intervalMs * factor)]
  return { code, message: `Targets are read every ${now} instead of every ${usual}: there is more to read than there is time.`, remedy }
}

/** How busy this thread was between two calls. */
export function threadUse(): () => number {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization
  }
}
