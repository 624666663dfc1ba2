import type { Cell, Edge } from '../model/cell.ts'
import { type EdgeSource, edgeLabels, workloadLabels } from '../model/edge.ts'
import { type Labels, labelsKey } from '../model/labels.ts'
import type { Names } from '../model/mesh-series.ts'
import { gathered, inverse, type Numbering } from '../model/numbering.ts'
import type { Restored } from '../model/record.ts'
import { KnownEdge } from './known-edge.ts'
import { kpis } from './kpis.ts'
import { type Feeding, planOf } from './plan.ts'

/** Where a page's columns lead: shared by all targets of one source whose pages look alike. */
export interface Route {
  /** By column: the cell that it feeds, -1 for none. */
  readonly cellOf: Int32Array
  /** Ids of the edges that these columns name; -1 for one that was forgotten, which only happens to targets that do not answer. */
  readonly edges: Int32Array
}

/** The sums of all edges: one growing column of numbers, and what each of them means. */
export class Cells {
  all: Cell[] = []
  hidden = new Set<number>()
  /** When each edge last carried something, monotonic milliseconds; `-Infinity` for one that never did. */
  moved = new Float64Array(64)
  sums = new Float64Array(1024)
  /** By cell: its edge's id, so that the counting loop needs no objects. */
  edgeOf = new Int32Array(1024)
  numbering: Numbering = { generation: 0, cellsBefore: new Int32Array(0), edgesBefore: new Int32Array(0) }
  #edges = new Map<string, KnownEdge>()
  #routes = new WeakMap<Names, Map<string, Route>>()

  get edgeCount(): number {
    return this.#edges.size
  }

  /**
   * Takes over what a run before left behind, without what nobody can see any more. Gauges begin at nothing: whoever is alive will say so.
   *
   * @param now the same moment on both clocks
   */
  restore({ cells, sums, movedWallMs, hidden }: Restored, now: { readonly wallMs: number; readonly monotonicMs: number }): void {
    const unseen = new Set(hidden)
    const keyOf = rememberedKeys()
    const seen = new Set(cells.filter((_, number) => !unseen.has(number)).map(({ edge }) => keyOf(edge)))
    for (const [number, { kpi: name, edge: labels, labels: own, part, le }] of cells.entries()) {
      const kpi = kpis.find((known) => known.name === name)
      if (!kpi || !seen.has(keyOf(labels))) continue
      const movedMs = now.monotonicMs - Math.max(0, now.wallMs - (movedWallMs[number] as number))
      const edge = this.#edge(labels, { key: keyOf(labels), movedMs })
      const bound = le === undefined ? {} : { le: le ?? Infinity }
      const { index } = this.#cell(edge, { kpi, labels: own, ...(part && { part }), ...bound })
      if (kpi.type !== 'gauge') this.sums[index] = sums[number] as number
      if (unseen.has(number)) this.hidden.add(index)
    }
    this.#edges = edgesOf(this.all, this.hidden)
  }

  /** Finds or makes the cells that a page feeds; once per source and names. */
  route(source: EdgeSource, names: Names): Route {
    const bySource = this.#routes.get(names) ?? new Map<string, Route>()
    this.#routes.set(names, bySource)
    const key = JSON.stringify([source.namespace, source.service, source.workload, source.workloadKind])
    const route = bySource.get(key) ?? this.#makeRoute(source, names)
    bySource.set(key, route)
    return route
  }

  #makeRoute(source: EdgeSource, names: Names): Route {
    const cellOf = new Int32Array(names.series.length).fill(-1)
    const fed = new Map<KnownEdge, Cell[]>()
    for (const feeding of planOf(names).feedings) {
      const edge = this.#edge(labelsOf(source, feeding), { movedMs: -Infinity })
      if (edge.hasOtherBounds(feeding)) continue
      const cell = this.#cell(edge, feeding)
      cellOf[feeding.column] = cell.index
      const cells = fed.get(edge)
      if (cells) cells.push(cell)
      else fed.set(edge, [cell])
    }
    for (const [edge, cells] of fed) for (const { index } of edge.agree(cells)) this.hidden.add(index)
    return { cellOf, edges: Int32Array.from(fed.keys(), ({ edge: { id } }) => id) }
  }

  /**
   * Makes room: forgets the edges that moved longest ago, never one that is `live`. A forgotten edge that comes back begins at zero. Since all that stay
   * are numbered anew, it waits until a twentieth of the limit can go.
   *
   * @param routes all that are in use: they lead to the new numbers afterwards
   * @returns how many were forgotten
   */
  makeRoom(limit: number, { live, routes }: { readonly live: ReadonlySet<number>; readonly routes: Iterable<Route> }): number {
    if (this.#edges.size <= limit) return 0
    const moved = ({ id }: Edge) => this.moved[id] as number
    const idle = [...this.#edges.values()].map(({ edge }) => edge).filter(({ id }) => !live.has(id))
    const fewest = Math.ceil(limit / 20)
    if (idle.length < fewest) return 0
    const oldest = idle.sort((a, b) => moved(a) - moved(b)).slice(0, Math.max(fewest, this.#edges.size - limit))
    const { cellNow, edgeNow } = this.#numberAnew(new Set(oldest.map(({ id }) => id)))
    for (const { cellOf, edges } of new Set(routes)) {
      for (const [column, cell] of cellOf.entries()) if (cell >= 0) cellOf[column] = cellNow[cell] as number
      for (const [position, edge] of edges.entries()) edges[position] = edge < 0 ? -1 : (edgeNow[edge] as number)
    }
    return oldest.length
  }

  /** @returns by index before: the index now */
  #numberAnew(gone: ReadonlySet<number>): { readonly cellNow: Int32Array; readonly edgeNow: Int32Array } {
    const stay = [...this.#edges].filter(([, { edge }]) => !gone.has(edge.id))
    const edges = new Map(stay.map(([, { edge }], id) => [edge, { id, labels: edge.labels }]))
    const kept = this.all.filter(({ edge }) => edges.has(edge))
    const all = kept.map((cell, index): Cell => ({ ...cell, index, edge: edges.get(cell.edge) as Edge }))
    const cellsBefore = Int32Array.from(kept, ({ index }) => index)
    const edgesBefore = Int32Array.from(stay, ([, { edge }]) => edge.id)
    const cellNow = inverse(cellsBefore, this.all.length)
    const edgeNow = inverse(edgesBefore, this.#edges.size)
    const now = ({ index }: Cell) => all[cellNow[index] as number] as Cell
    this.numbering = { generation: this.numbering.generation + 1, cellsBefore, edgesBefore }
    this.hidden = new Set([...this.hidden].map((index) => cellNow[index] as number).filter((index) => index >= 0))
    this.sums = gathered(this.sums, cellsBefore)
    this.moved = gathered(this.moved, edgesBefore)
    this.edgeOf = Int32Array.from(all, ({ edge }) => edge.id)
    this.all = all
    this.#edges = new Map(stay.map(([key, known]) => [key, known.numberedAnew(edges.get(known.edge) as Edge, now)]))
    this.#routes = new WeakMap()
    return { cellNow, edgeNow }
  }

  #edge(labels: Labels, { movedMs, key = labelsKey(labels) }: { readonly movedMs: number; readonly key?: string }): KnownEdge {
    const known = this.#edges.get(key)
    if (known) return known
    const edge = new KnownEdge({ id: this.#edges.size, labels })
    this.#edges.set(key, edge)
    if (edge.edge.id >= this.moved.length) this.moved = grown(this.moved)
    this.moved[edge.edge.id] = movedMs
    return edge
  }

  #cell(known: KnownEdge, { kpi, labels = {}, part, le }: Pick<Feeding, 'kpi' | 'labels' | 'part' | 'le'>): Cell {
    const name = { kpi, labels, ...(part && { part }), ...(le !== undefined && { le }) }
    return known.cell(name, () => this.#add({ index: this.all.length, edge: known.edge, ...name }))
  }

  #add(cell: Cell): Cell {
    this.all.push(cell)
    if (cell.index >= this.sums.length) {
      this.sums = grown(this.sums)
      const edgeOf = new Int32Array(this.sums.length)
      edgeOf.set(this.edgeOf)
      this.edgeOf = edgeOf
    }
    this.edgeOf[cell.index] = cell.edge.id
    return cell
  }
}

/** Edges as they are found, from cells that are known, in the order of their ids. */
const edgesOf = (cells: readonly Cell[], hidden: ReadonlySet<number>): Map<string, KnownEdge> =>
  new Map([...Map.groupBy(cells, ({ edge }) => edge)].map(([edge, own]) => [labelsKey(edge.labels), KnownEdge.of(edge, own, hidden)]))

function labelsOf(source: EdgeSource, { kpi, series }: Feeding): Labels {
  return kpi.of === 'workload' || !series.cluster ? workloadLabels(series.labels) : edgeLabels(source, series.cluster)
}

/** `labelsKey`, worked out once per object: in what a run left behind, millions of cells share their edges' labels. */
function rememberedKeys(): (labels: Labels) => string {
  const keys = new Map<Labels, string>()
  return (labels) => {
    const key = keys.get(labels) ?? labelsKey(labels)
    keys.set(labels, key)
    return key
  }
}

/** Twice as long. */
function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(64, column.length * 2))
  larger.set(column)
  return larger
}
