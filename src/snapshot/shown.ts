import type { Cell, Committed, Shown } from '../model/cell.ts'
import { gathered, inverse, type Numbering } from '../model/numbering.ts'

const idleMs = 3_600_000

/** Cells that came in at one moment. */
interface Entering {
  readonly untilMs: number
  readonly indexes: Int32Array
  /** What each shows until then: 0 for a new cell, what it stood at for one that returns. */
  readonly floors: Float64Array
}

/**
 * What others get to see of the sums. A cell that comes into being is shown as 0 for one interval before its value: whoever computes increases would lose
 * what it was born with. An edge that nobody reports and that has not moved for an hour leaves, and returns at the value it left with.
 */
export class Shows {
  readonly #intervalMs: number
  #entering: readonly Entering[] = []
  /** By `edge.id`: 1 for an edge that is shown. */
  #edges = new Uint8Array(0)
  /** What the cells stood at before; `NaN` for those that were not there. */
  #before: Float64Array = new Float64Array(0)
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
    this.#before = committed.sums
    this.#edges = new Uint8Array(committed.movedMs.length).fill(1)
    this.#entering = []
    this.#shown = undefined
  }

  /** Cells and edges have other numbers in what is published next. */
  numberAnew({ cellsBefore, edgesBefore }: Numbering): void {
    const now = inverse(cellsBefore, this.#before.length)
    this.#before = gathered(this.#before, cellsBefore, { missing: Number.NaN })
    this.#edges = Uint8Array.from(edgesBefore, (was) => this.#edges[was] ?? 0)
    this.#entering = this.#entering.map((entering) => numberedAnew(entering, now))
    this.#shown = undefined
  }

  /** Takes over what is committed. Commits are frequent and mostly of the same cells: those are not looked at one by one. */
  publish(committed: Committed): void {
    const edges = presentEdges(committed)
    const cells = this.#sameCells(committed, edges) ?? this.#enter(committed, edges)
    this.#edges = edges
    this.#before = committed.sums
    this.#hidden = committed.hidden.size
    this.#shown = { cells, values: this.#values(committed) }
  }

  #sameCells({ sums, hidden }: Committed, edges: Uint8Array): readonly Cell[] | undefined {
    const same = this.#before.length === sums.length && this.#hidden === hidden.size && Buffer.compare(this.#edges, edges) === 0
    return same ? this.#shown?.cells : undefined
  }

  /** Finds the cells that are shown from now on. */
  #enter({ cells, sums, hidden, monotonicMs }: Committed, edges: Uint8Array): readonly Cell[] {
    const before = this.#before
    const untilMs = monotonicMs + this.#intervalMs
    const shown: Cell[] = []
    const indexes: number[] = []
    const floors: number[] = []
    for (let index = 0; index < sums.length; index++) {
      const cell = cells[index] as Cell
      if (edges[cell.edge.id] !== 1 || hidden.has(index)) continue
      shown.push(cell)
      const stoodAt = before[index] ?? Number.NaN
      const isNew = Number.isNaN(stoodAt)
      if (cell.kpi.type === 'gauge' || !(isNew || this.#edges[cell.edge.id] !== 1)) continue
      indexes.push(index)
      floors.push(isNew ? 0 : stoodAt)
    }
    if (indexes.length > 0)
      this.#entering = [...this.#entering, { untilMs, indexes: Int32Array.from(indexes), floors: Float64Array.from(floors) }]
    this.#edgeIds = [...new Set(shown.map(({ edge }) => edge.id))]
    return shown
  }

  /** A copy only where it differs from the sums, which nobody changes any more. */
  #values({ sums, monotonicMs }: Committed): Float64Array {
    this.#entering = this.#entering.filter(({ untilMs }) => monotonicMs < untilMs)
    if (this.#entering.length === 0) return sums
    const values = sums.slice()
    for (const { indexes, floors } of this.#entering)
      for (let i = 0; i < indexes.length; i++) values[indexes[i] as number] = floors[i] as number
    return values
  }
}

function presentEdges({ live, movedMs, monotonicMs }: Committed): Uint8Array<ArrayBuffer> {
  const edges = new Uint8Array(movedMs.length)
  for (let id = 0; id < edges.length; id++) if (monotonicMs - (movedMs[id] as number) < idleMs) edges[id] = 1
  for (const id of live) edges[id] = 1
  return edges
}

function numberedAnew({ untilMs, indexes, floors }: Entering, now: Int32Array): Entering {
  const stays = (_: number, i: number) => (now[indexes[i] as number] as number) >= 0
  return { untilMs, indexes: indexes.filter(stays).map((was) => now[was] as number), floors: floors.filter(stays) }
}
