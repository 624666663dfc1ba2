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
  /** When each edge last moved, monotonic milliseconds. */
  moved = new Float64Array(64)
  sums = new Float64Array(1024)
  /** By cell: its edge's id, so that the counting loop needs no objects. */
  edgeOf = new Int32Array(1024)
  numbering: Numbering = { generation: 0, cellsBefore: new Int32Array(0), edgesBefore: new Int32Array(0) }
  #edges = new Map<string, KnownEdge>()
  #routes = new WeakMap<Names, Map<string, Route>>()

  /**
   * Takes over what a run before left behind, without what nobody can see any more. Gauges begin at nothing: whoever is alive will say so.
   *
   * @param now the same moment on both clocks
   */
  restore({ cells, sums, movedWallMs, hidden }: Restored, now: { readonly wallMs: number; readonly monotonicMs: number }): void {
    const unseen = new Set(hidden)
    const seen = new Set(cells.filter((_, number) => !unseen.has(number)).map(({ edge }) => labelsKey(edge)))
    for (const [number, { kpi: name, edge: labels, labels: own, part, le }] of cells.entries()) {
      const kpi = kpis.find((known) => known.name === name)
      if (!kpi || !seen.has(labelsKey(labels))) continue
      const edge = this.#edge(labels, now.monotonicMs - Math.max(0, now.wallMs - (movedWallMs[number] as number)))
      const bound = le === undefined ? {} : { le: le ?? Infinity }
      const { index } = this.#cell(edge, { kpi, labels: own, ...(part && { part }), ...bound })
      if (kpi.type !== 'gauge') this.sums[index] = sums[number] as number
      if (unseen.has(number)) this.hidden.add(index)
    }
    this.#edges = edgesOf(this.all, this.hidden)
  }

  /** Finds or makes the cells that a page feeds; once per source and names. */
  route(source: EdgeSource, names: Names, nowMs: number): Route {
    const bySource = this.#routes.get(names) ?? new Map<string, Route>()
    this.#routes.set(names, bySource)
    const key = JSON.stringify([source.namespace, source.service, source.workload, source.workloadKind])
    const route = bySource.get(key) ?? this.#makeRoute(source, names, nowMs)
    bySource.set(key, route)
    return route
  }

  #makeRoute(source: EdgeSource, names: Names, nowMs: number): Route {
    const cellOf = new Int32Array(names.series.length).fill(-1)
    const fed = new Map<KnownEdge, Cell[]>()
    for (const feeding of planOf(names).feedings) {
      const edge = this.#edge(labelsOf(source, feeding), nowMs)
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
    const before = { cells: this.all.length, edges: this.#edges.size }
    this.#numberAnew(new Set(oldest.map(({ id }) => id)))
    const cellNow = inverse(this.numbering.cellsBefore, before.cells)
    const edgeNow = inverse(this.numbering.edgesBefore, before.edges)
    for (const { cellOf, edges } of new Set(routes)) {
      for (const [column, cell] of cellOf.entries()) if (cell >= 0) cellOf[column] = cellNow[cell] as number
      for (const [position, edge] of edges.entries()) edges[position] = edge < 0 ? -1 : (edgeNow[edge] as number)
    }
    return oldest.length
  }

  #numberAnew(gone: ReadonlySet<number>): void {
    const edgesBefore: number[] = []
    const edges = new Map<number, Edge>()
    for (const { edge } of this.#edges.values()) {
      if (gone.has(edge.id)) continue
      edges.set(edge.id, { id: edgesBefore.length, labels: edge.labels })
      edgesBefore.push(edge.id)
    }
    const kept = this.all.filter(({ edge }) => !gone.has(edge.id))
    const all = kept.map((cell, index) => ({ ...cell, index, edge: edges.get(cell.edge.id) as Edge }))
    this.numbering = {
      generation: this.numbering.generation + 1,
      cellsBefore: Int32Array.from(kept, ({ index }) => index),
      edgesBefore: Int32Array.from(edgesBefore),
    }
    this.hidden = new Set(all.flatMap(({ index }, now) => (this.hidden.has((kept[now] as Cell).index) ? index : [])))
    this.sums = gathered(this.sums, this.numbering.cellsBefore)
    this.moved = gathered(this.moved, this.numbering.edgesBefore)
    this.edgeOf = Int32Array.from(all, ({ edge }) => edge.id)
    this.all = all
    this.#edges = edgesOf(all, this.hidden)
    this.#routes = new WeakMap()
  }

  #edge(labels: Labels, nowMs: number): KnownEdge {
    const key = labelsKey(labels)
    const known = this.#edges.get(key)
    if (known) return known
    const edge = new KnownEdge({ id: this.#edges.size, labels })
    this.#edges.set(key, edge)
    if (edge.edge.id >= this.moved.length) this.moved = grown(this.moved)
    this.moved[edge.edge.id] = nowMs
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

/** Twice as long. */
function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(64, column.length * 2))
  larger.set(column)
  return larger
}
