import type { Clock } from '../runtime/clock.ts'

/**
 * How many spans a second are taken: a token bucket of one second. What asks for more than is left is granted as long as anything is, and owed: so that a batch
 * that is larger than the bucket gets through at all.
 */
export class Allowance {
  readonly #perSecond: number
  readonly #clock: Clock
  #left: number
  #atMs: number

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#left = perSecond
    this.#atMs = clock.monotonicMs()
  }

  /** How long it is until something is granted again, milliseconds; 0 where it is now. */
  get waitMs(): number {
    const nowMs = this.#clock.monotonicMs()
    this.#left = Math.min(this.#perSecond, this.#left + ((nowMs - this.#atMs) * this.#perSecond) / 1e3)
    this.#atMs = nowMs
    return this.#left > 0 ? 0 : Math.floor((-this.#left * 1e3) / this.#perSecond) + 1
  }

  /** @returns whether so many are granted */
  take(count: number): boolean {
    if (this.waitMs > 0) return false
    this.#left -= count
    return true
  }
}
