import type { Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { RowColumn } from './row-columns.ts'

/** Series that were not on a target's page before. */
export interface Birth {
  readonly sheet: Sheet
  /** By column of the page, what their total was before: more than 0 for one that comes back. */
  readonly totals: ReadonlyMap<number, number>
  /** Of the page that showed them first. */
  readonly timestampMs: number
}

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
  readonly #began = new Map<Target['id'], Map<RowColumn['key'], Beginning>>()
  #emptyMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(id: Target['id'], began: readonly (readonly [RowColumn, val: number])[]): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs > this.#emptyMs) this.#began.clear()
    this.#emptyMs = nowMs + seenWithinMs
    const beginnings = this.#began.get(id) ?? new Map<RowColumn['key'], Beginning>()
    this.#began.set(id, beginnings)
    for (const [{ key }, val] of began) beginnings.set(key, { val, untilMs: this.#emptyMs })
  }

  forget(id: Target['id']): void {
    this.#began.delete(id)
  }

  /** @returns by series the value that it began with, while it is new */
  of(id: Target['id']): (key: RowColumn['key']) => number | undefined {
    const nowMs = this.#clock.monotonicMs()
    const beginnings = nowMs > this.#emptyMs ? undefined : this.#began.get(id)
    return (key) => {
      const { val, untilMs } = beginnings?.get(key) ?? { val: 0, untilMs: -Infinity }
      return untilMs > nowMs ? val : undefined
    }
  }
}
