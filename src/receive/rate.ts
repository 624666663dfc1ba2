import type { Clock } from '../runtime/clock.ts'

const seconds = 10

/** How many a second, over the last ten that are over. */
export class Rate {
  readonly #clock: Clock
  readonly #beganMs: number
  /** By second, the younger ones last. */
  readonly #counts = new Map<number, number>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#beganMs = clock.monotonicMs()
  }

  add(count: number): void {
    const second = this.#second
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + count)
    for (const old of this.#counts.keys()) if (old < second - seconds) this.#counts.delete(old)
  }

  get perSecond(): number {
    const now = this.#second
    const covered = Math.min(seconds, now)
    if (covered === 0) return 0
    let sum = 0
    for (const [second, count] of this.#counts) if (second < now && second >= now - seconds) sum += count
    return sum / covered
  }

  get #second(): number {
    return Math.floor((this.#clock.monotonicMs() - this.#beganMs) / 1e3)
  }
}
