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
  /** By `edge.id`: 1 for an edge that is shown. */
  #edges = new Uint8Array(0)
  #before: Committed | undefined
  /** How many cells were hidden then: the set itself is shared and grows. */
  #hidden = 0
  #shown: Shown | undefined
  #edgeIds: readonly number[] = []

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  get shown(): Shown | undefined {
    return this.#shown
  }

  /** Edges that have a cell that is shown. */
  get edgeIds(): readonly number[] {
    return this.#edgeIds
  }

  /** What is committed was shown already, by the run before. */
  restore(committed: Committed): void {
    this.#before = committed
    this.#edges = new Uint8Array(committed.movedMs.length).fill(1)
  }

  /** Takes over what is committed. Commits are frequent and mostly of the same cells: those are not looked at one by one. */
  publish(committed: Committed): void {
    const edges = presentEdges(committed)
    const cells = this.#sameCells(committed, edges) ?? this.#enter(committed, edges)
    this.#edges = edges
    this.#before = committed
    this.#hidden = committed.hidden.size
    this.#shown = { cells, values: this.#values(committed) }
  }

  #sameCells({ sums, hidden }: Committed, edges: Uint8Array): readonly Cell[] | undefined {
    const same = this.#before?.sums.length === sums.length && this.#hidden === hidden.size && Buffer.compare(this.#edges, edges) === 0
    return same ? this.#shown?.cells : undefined
  }

  /** Finds the cells that are shown from now on. */
  #enter({ cells, sums, hidden, monotonicMs }: Committed, edges: Uint8Array): readonly Cell[] {
    const before = this.#before?.sums ?? new Float64Array(0)
    const untilMs = monotonicMs + this.#intervalMs
    const shown: Cell[] = []
    for (let index = 0; index < sums.length; index++) {
      const cell = cells[index] as Cell
      if (edges[cell.edge.id] !== 1 || hidden.has(index)) continue
      shown.push(cell)
      const isNew = index >= before.length || this.#edges[cell.edge.id] !== 1
      if (isNew && cell.kpi.type !== 'gauge') this.#entering.set(index, { floor: before[index] ?? 0, untilMs })
    }
    this.#edgeIds = [...new Set(shown.map(({ edge }) => edge.id))]
    return shown
  }

  /** A copy only where it differs from the sums, which nobody changes any more. */
  #values({ sums, monotonicMs }: Committed): Float64Array {
    for (const [index, { untilMs }] of this.#entering) if (monotonicMs >= untilMs) this.#entering.delete(index)
    if (this.#entering.size === 0) return sums
    const values = sums.slice()
    for (const [index, { floor }] of this.#entering) values[index] = floor
    return values
  }
}

function presentEdges({ live, movedMs, monotonicMs }: Committed): Uint8Array<ArrayBuffer> {
  const edges = new Uint8Array(movedMs.length)
  for (let id = 0; id < edges.length; id++) if (monotonicMs - (movedMs[id] as number) < idleMs) edges[id] = 1
  for (const id of live) edges[id] = 1
  return edges
}
