import type { Clock } from '../runtime/clock.ts'

/** Within this time two requests are one: a terminal sends Ctrl-C to npm, the launcher and us alike, and those before us pass theirs on. */
const sameWithinMs = 500

/** Requests from outside to end. The first aborts `signal`, so that the command ends in good order; a later, deliberate one means at once. */
export class StopRequests {
  readonly #clock: Clock
  readonly #controller = new AbortController()
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** @returns `first`; `same` for an echo of the request before; `again` for one that someone made because the first did not help */
  heard(): 'first' | 'same' | 'again' {
    const nowMs = this.#clock.monotonicMs()
    const echo = nowMs - this.#lastMs < sameWithinMs
    const first = !this.signal.aborted
    if (echo) return 'same'
    this.#lastMs = nowMs
    this.#controller.abort()
    return first ? 'first' : 'again'
  }
}
