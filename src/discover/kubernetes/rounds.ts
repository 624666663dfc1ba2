import type { Clock } from '../../runtime/clock.ts'

/** What comes with the first event is mostly not alone. */
const togetherMs = 20
const apartMs = 250
/** At most a tenth of the time goes into rounds. */
const share = 10

/** Runs a task after it was asked for, once for all that asked meanwhile: within a quarter of a second, and no more than four times a second. */
export class Rounds {
  readonly #clock: Clock
  readonly #task: () => void
  #notBeforeMs = 0
  #cancel: (() => void) | undefined
  #ended = false

  constructor(clock: Clock, task: () => void) {
    this.#clock = clock
    this.#task = task
  }

  ask(): void {
    if (this.#cancel || this.#ended) return
    const waitMs = Math.max(togetherMs, this.#notBeforeMs - this.#clock.monotonicMs())
    this.#cancel = this.#clock.after(waitMs, () => this.#run())
  }

  end(): void {
    this.#ended = true
    this.#cancel?.()
  }

  #run(): void {
    this.#cancel = undefined
    const beganMs = this.#clock.monotonicMs()
    try {
      this.#task()
    } finally {
      const endedMs = this.#clock.monotonicMs()
      this.#notBeforeMs = Math.max(beganMs + apartMs, endedMs + (endedMs - beganMs) * share)
    }
  }
}
