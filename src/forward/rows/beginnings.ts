import type { Target } from '../../model/target.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { RowColumn } from './row-columns.ts'

/** Azure's agent reads once a minute, now and then a little late. */
const seenWithinMs = 75_000

interface Beginning {
  readonly val: number
  /** Monotonic. */
  readonly untilMs: number
}

/** Which series are so new that whoever reads once a minute may not have seen them begin, and with what they did. */
export class Beginnings {
  readonly #clock: Clock
  /** Who had a beginning last stands last. */
  readonly #byTarget = new Map<Target['id'], { readonly began: Map<RowColumn['key'], Beginning>; readonly untilMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(id: Target['id'], rows: readonly (readonly [RowColumn, val: number])[]): void {
    const began = this.#byTarget.get(id)?.began ?? new Map<RowColumn['key'], Beginning>()
    const untilMs = this.#clock.monotonicMs() + seenWithinMs
    for (const [{ key }, val] of rows) began.set(key, { val, untilMs })
    this.#byTarget.delete(id)
    this.#byTarget.set(id, { began, untilMs })
  }

  forget(id: Target['id']): void {
    this.#byTarget.delete(id)
  }

  /** Lets go of targets of which nothing is new any more. */
  expire(): void {
    const nowMs = this.#clock.monotonicMs()
    for (const [id, { untilMs }] of this.#byTarget) {
      if (untilMs > nowMs) return
      this.#byTarget.delete(id)
    }
  }

  /** @returns by series the value that it began with, while it is new */
  of(id: Target['id']): (key: RowColumn['key']) => number | undefined {
    const nowMs = this.#clock.monotonicMs()
    const began = this.#byTarget.get(id)?.began
    return (key) => {
      const { val, untilMs } = began?.get(key) ?? { val: 0, untilMs: -Infinity }
      return untilMs > nowMs ? val : undefined
    }
  }
}
