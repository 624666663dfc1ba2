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

  /** Edges that have a cell that is shown. */
  shown(cells: readonly Cell[]): EdgeCells[] {
    const ids = new Set(cells.map(({ edge }) => edge.id))
    return [...ids].flatMap((id) => this.#edges.get(id) ?? [])
  }
}
