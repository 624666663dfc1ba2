import type { Cell, Committed, Edge } from '../model/cell.ts'

/** An edge and its cells, in the order in which they came. */
export interface EdgeCells {
  readonly edge: Edge
  readonly cells: readonly Cell[]
}

/** The cells sorted by edge; grows with them, so that whoever asks waits only for what is new. */
export class EdgeIndex {
  /** By `edge.id`. */
  readonly #edges: { readonly edge: Edge; readonly cells: Cell[] }[] = []
  #seen = 0
  #asked: readonly Edge['id'][] = []
  #ordered: readonly EdgeCells[] = []

  /** Those edges, ordered by their labels' text: the same list as long as the ids are. */
  of(ids: readonly Edge['id'][], committed: Committed): readonly EdgeCells[] {
    this.#add(committed)
    if (ids === this.#asked) return this.#ordered
    const found = ids.flatMap((id) => this.#edges[id] ?? []).map((entry) => ({ entry, text: JSON.stringify(entry.edge.labels) }))
    this.#asked = ids
    this.#ordered = found.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ entry }) => entry)
    return this.#ordered
  }

  #add({ cells, sums }: Committed): void {
    for (; this.#seen < sums.length; this.#seen++) {
      const cell = cells[this.#seen] as Cell
      const known = (this.#edges[cell.edge.id] ??= { edge: cell.edge, cells: [] })
      known.cells.push(cell)
    }
  }
}
