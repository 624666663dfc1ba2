import type { Cell, Edge } from '../model/cell.ts'
import { type EdgeSource, edgeLabels, workloadLabels } from '../model/edge.ts'
import { type Labels, labelsKey } from '../model/labels.ts'
import type { Names } from '../model/mesh-series.ts'
import type { Restored } from '../model/record.ts'
import { kpis } from './kpis.ts'
import { type Feeding, planOf } from './plan.ts'

/** Where a page's columns lead: shared by all targets of one source whose pages look alike. */
export interface Route {
  /** By column: the cell that it feeds, -1 for none. */
  readonly cellOf: Int32Array
  /** Ids of the edges that these columns name. */
  readonly edges: Int32Array
}

/** The sums of all edges: one growing column of numbers, and what each of them means. A cell keeps its index for ever. */
export class Cells {
  readonly all: Cell[] = []
  readonly hidden = new Set<number>()
  /** When each edge last moved, monotonic milliseconds. */
  moved = new Float64Array(64)
  sums = new Float64Array(1024)
  /** By cell: its edge's id, so that the counting loop needs no objects. */
  edgeOf = new Int32Array(1024)
  readonly #byKey = new Map<string, Cell>()
  readonly #edges = new Map<string, Edge>()
  /** Bounds that every shape fed so far has, by the histogram's identity. */
  readonly #bounds = new Map<
    string,
    { readonly edge: number; readonly common: ReadonlySet<number>; readonly buckets: ReadonlyMap<number, number> }
  >()
  #routes = new WeakMap<Names, Map<string, Route>>()
  #nextEdge = 0

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
    this.#restoreBounds()
  }

  /** The bounds that all have are those that were not hidden. */
  #restoreBounds(): void {
    const buckets = this.all.filter(({ le }) => le !== undefined)
    for (const [histogram, own] of Map.groupBy(buckets, (cell) => histogramOf(cell))) {
      const common = new Set(own.filter(({ index }) => !this.hidden.has(index)).map(({ le }) => le as number))
      const edge = (own[0] as Cell).edge.id
      this.#bounds.set(histogram, { edge, common, buckets: new Map(own.map(({ le, index }) => [le as number, index])) })
    }
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
    const edges = new Set<number>()
    const bounds = new Map<string, { readonly edge: number; readonly buckets: Map<number, number> }>()
    for (const feeding of planOf(names).feedings) {
      const edge = this.#edge(labelsOf(source, feeding), nowMs)
      const cell = this.#cell(edge, feeding)
      cellOf[feeding.column] = cell.index
      edges.add(edge.id)
      if (cell.le === undefined) continue
      const histogram = histogramOf(cell)
      const found = bounds.get(histogram) ?? { edge: edge.id, buckets: new Map<number, number>() }
      found.buckets.set(cell.le, cell.index)
      bounds.set(histogram, found)
    }
    for (const [histogram, { edge, buckets }] of bounds) this.#agree(histogram, edge, buckets)
    return { cellOf, edges: Int32Array.from(edges) }
  }

  /** Pods with other bounds merge where bounds coincide: a bucket that one of them lacks would count too little, so it is hidden. */
  #agree(histogram: string, edge: number, buckets: ReadonlyMap<number, number>): void {
    const known = this.#bounds.get(histogram)
    const common = known ? known.common.intersection(new Set(buckets.keys())) : new Set(buckets.keys())
    const all = new Map([...(known?.buckets ?? []), ...buckets])
    this.#bounds.set(histogram, { edge, common, buckets: all })
    for (const [le, index] of all) if (!common.has(le)) this.hidden.add(index)
  }

  /**
   * Makes room: forgets the edges that moved longest ago, never one that is `live`. A forgotten edge that comes back begins at zero.
   *
   * @returns how many were forgotten
   */
  shrink(limit: number, live: ReadonlySet<number>): number {
    if (this.#edges.size <= limit) return 0
    const moved = (edge: Edge) => this.moved[edge.id] as number
    const idle = [...this.#edges].filter(([, { id }]) => !live.has(id)).sort(([, a], [, b]) => moved(a) - moved(b))
    if (idle.length === 0) return 0
    const gone = new Set<number>()
    for (const [key, { id }] of idle.slice(0, this.#edges.size - limit)) {
      this.#edges.delete(key)
      gone.add(id)
    }
    for (const [key, cell] of this.#byKey) {
      if (!gone.has(cell.edge.id)) continue
      this.#byKey.delete(key)
      this.hidden.add(cell.index)
    }
    for (const [histogram, { edge }] of this.#bounds) if (gone.has(edge)) this.#bounds.delete(histogram)
    this.#routes = new WeakMap()
    return gone.size
  }

  #edge(labels: Labels, nowMs: number): Edge {
    const key = labelsKey(labels)
    const known = this.#edges.get(key)
    if (known) return known
    const edge = { id: this.#nextEdge++, labels }
    this.#edges.set(key, edge)
    if (edge.id >= this.moved.length) this.moved = grown(this.moved)
    this.moved[edge.id] = nowMs
    return edge
  }

  #cell(edge: Edge, { kpi, labels = {}, part, le }: Pick<Feeding, 'kpi' | 'labels' | 'part' | 'le'>): Cell {
    const key = `${edge.id} ${kpi.name} ${part ?? ''} ${le ?? ''} ${labelsKey(labels)}`
    const known = this.#byKey.get(key)
    if (known) return known
    const cell: Cell = { index: this.all.length, kpi, edge, labels, ...(part && { part }), ...(le !== undefined && { le }) }
    this.#byKey.set(key, cell)
    this.all.push(cell)
    if (cell.index >= this.sums.length) {
      this.sums = grown(this.sums)
      const edgeOf = new Int32Array(this.sums.length)
      edgeOf.set(this.edgeOf)
      this.edgeOf = edgeOf
    }
    this.edgeOf[cell.index] = edge.id
    return cell
  }
}

const histogramOf = ({ edge, kpi, labels }: Cell): string => `${edge.id} ${kpi.name} ${labelsKey(labels)}`

function labelsOf(source: EdgeSource, { kpi, series }: Feeding): Labels {
  return kpi.of === 'workload' || !series.cluster ? workloadLabels(series.labels) : edgeLabels(source, series.cluster)
}

function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2)
  larger.set(column)
  return larger
}
