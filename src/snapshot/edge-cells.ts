import type { Cell, Committed, Edge } from '../model/cell.ts'

/** An edge's cells by KPI. */
export interface EdgeCells {
  readonly edge: Edge
  readonly byKpi: Map<string, Cell[]>
}

/** The cells sorted by edge; grows with them, so that a publication costs only what is new. */
export class EdgeIndex {
  readonly #edges = new Map<number, EdgeCells>()
  #seen = 0
  #asked: readonly Edge['id'][] = []
  #ordered: readonly EdgeCells[] = []

  add({ cells, sums }: Committed): void {
    for (; this.#seen < sums.length; this.#seen++) {
      const cell = cells[this.#seen] as Cell
      const entry = this.#edges.get(cell.edge.id) ?? { edge: cell.edge, byKpi: new Map<string, Cell[]>() }
      this.#edges.set(cell.edge.id, entry)
      const list = entry.byKpi.get(cell.kpi.name)
      if (list) list.push(cell)
      else entry.byKpi.set(cell.kpi.name, [cell])
    }
  }

  /** Those edges, ordered by their labels' text; worked out once per list of ids. */
  of(ids: readonly Edge['id'][]): readonly EdgeCells[] {
    if (ids === this.#asked) return this.#ordered
    const found = ids.flatMap((id) => this.#edges.get(id) ?? []).map((entry) => ({ entry, text: JSON.stringify(entry.edge.labels) }))
    this.#asked = ids
    this.#ordered = found.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ entry }) => entry)
    return this.#ordered
  }
}
