import type { Cell, Committed, Edge } from '../model/cell.ts'

/** An edge's cells, sorted by KPI when somebody asks: far more of them come than are ever looked at. */
export class EdgeCells {
  readonly edge: Edge
  readonly #byKpi = new Map<string, Cell[]>()
  #unsorted: Cell[] = []

  constructor(edge: Edge) {
    this.edge = edge
  }

  add(cell: Cell): void {
    this.#unsorted.push(cell)
  }

  /** In the order in which they came. */
  of(kpiName: string): readonly Cell[] {
    for (const cell of this.#unsorted) {
      const list = this.#byKpi.get(cell.kpi.name)
      if (list) list.push(cell)
      else this.#byKpi.set(cell.kpi.name, [cell])
    }
    this.#unsorted = []
    return this.#byKpi.get(kpiName) ?? []
  }
}

/** The cells sorted by edge; grows with them, so that whoever asks waits only for what is new. */
export class EdgeIndex {
  /** By `edge.id`. */
  readonly #edges: EdgeCells[] = []
  #seen = 0
  #asked: readonly Edge['id'][] = []
  #ordered: readonly EdgeCells[] = []

  /** Those edges, ordered by their labels' text; worked out once per list of ids. */
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
      const known = (this.#edges[cell.edge.id] ??= new EdgeCells(cell.edge))
      known.add(cell)
    }
  }
}
