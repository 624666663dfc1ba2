import type { Cell, Committed, Shown } from '../model/cell.ts'

const idleMs = 3_600_000

interface Entering {
  /** What is shown until then: 0 for a new cell, what it stood at for one that returns. */
  readonly floor: number
  readonly untilMs: number
}

/**
 * What others get to see of the sums. A cell that comes into being is shown as 0 for one interval before its value: whoever computes increases would lose
 * what it was born with. An edge that nobody reports and that has not moved for an hour leaves, and returns at the value it left with.
 */
export class Shows {
  readonly #intervalMs: number
  readonly #entering = new Map<number, Entering>()
  #present = new Uint8Array(0)
  #before: Committed | undefined
  #shown: Shown | undefined

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  get shown(): Shown | undefined {
    return this.#shown
  }

  publish(committed: Committed): void {
    const nowMs = committed.monotonicMs
    const cells = committed.cells.slice(0, committed.sums.length)
    const present = new Uint8Array(cells.length)
    for (const cell of cells) {
      if (!isPresent(cell, committed)) continue
      present[cell.index] = 1
      const entered = this.#present[cell.index] !== 1
      if (entered && cell.kpi.type !== 'gauge') this.#entering.set(cell.index, { floor: this.#before?.sums[cell.index] ?? 0, untilMs: nowMs + this.#intervalMs })
    }
    const values = committed.sums.slice()
    for (const [index, { floor, untilMs }] of this.#entering) {
      if (nowMs >= untilMs || present[index] !== 1) this.#entering.delete(index)
      else values[index] = floor
    }
    this.#present = present
    this.#before = committed
    this.#shown = { cells: cells.filter(({ index }) => present[index] === 1), values }
  }
}

function isPresent({ index, edge }: Cell, { hidden, live, movedMs, monotonicMs }: Committed): boolean {
  if (hidden.has(index)) return false
  return live.has(edge.id) || monotonicMs - (movedMs[edge.id] as number) < idleMs
}
