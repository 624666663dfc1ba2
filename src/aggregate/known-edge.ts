import type { Cell, Edge } from '../model/cell.ts'
import { labelsKey } from '../model/labels.ts'

/** Bounds of a histogram's buckets. */
interface Bounds {
  /** Those that every shape fed so far has. */
  readonly common: ReadonlySet<number>
  readonly buckets: ReadonlyMap<number, Cell>
}

/** What a cell is within its edge. */
export type CellName = Pick<Cell, 'part' | 'le'> & { readonly kpi: Cell['kpi']; readonly labels?: Cell['labels'] }

/** An edge, and how its cells are found. */
export class KnownEdge {
  readonly edge: Edge
  readonly #cells = new Map<string, Cell>()
  readonly #histograms = new Map<string, Bounds>()

  constructor(edge: Edge) {
    this.edge = edge
  }

  /** An edge that has cells already. */
  static of(edge: Edge, cells: readonly Cell[], hidden: ReadonlySet<number>): KnownEdge {
    const known = new KnownEdge(edge)
    for (const cell of cells) known.#cells.set(keyOf(cell), cell)
    for (const [histogram, buckets] of bucketsOf(cells)) {
      const common = new Set(buckets.filter(({ index }) => !hidden.has(index)).map(({ le }) => le as number))
      known.#histograms.set(histogram, { common, buckets: byBound(buckets) })
    }
    return known
  }

  /** The same edge when its cells have other numbers. */
  numberedAnew(edge: Edge, now: (before: Cell) => Cell): KnownEdge {
    const known = new KnownEdge(edge)
    for (const [key, cell] of this.#cells) known.#cells.set(key, now(cell))
    for (const [histogram, { common, buckets }] of this.#histograms)
      known.#histograms.set(histogram, { common, buckets: new Map([...buckets].map(([le, cell]) => [le, now(cell)])) })
    return known
  }

  /** The cell of that name, made by `make` where there is none. */
  cell(name: CellName, make: () => Cell): Cell {
    const key = keyOf(name)
    const cell = this.#cells.get(key) ?? make()
    this.#cells.set(key, cell)
    return cell
  }

  /** Whether it is a bucket of a histogram that has none of this bound: it would be hidden, since others lack it. */
  hasOtherBounds(name: CellName): boolean {
    const histogram = name.le === undefined ? undefined : this.#histograms.get(histogramOf(name))
    return histogram?.buckets.has(name.le as number) === false
  }

  /**
   * Takes in which cells a page feeds. Pods with other bounds merge where bounds coincide: a bucket that one of them lacks would count too little.
   *
   * @returns the buckets that are to be hidden
   */
  agree(fed: readonly Cell[]): Cell[] {
    return bucketsOf(fed).flatMap(([histogram, buckets]) => {
      const known = this.#histograms.get(histogram)
      const own = byBound(buckets)
      const common = known ? known.common.intersection(own) : new Set(own.keys())
      const { buckets: all } = known ?? { buckets: own }
      this.#histograms.set(histogram, { common, buckets: all })
      return [...all].flatMap(([le, cell]) => (common.has(le) ? [] : cell))
    })
  }
}

const keyOf = ({ kpi, labels = {}, part, le }: CellName): string => `${kpi.name} ${part ?? ''} ${le ?? ''} ${labelsKey(labels)}`

const histogramOf = ({ kpi, labels = {} }: CellName): string => `${kpi.name} ${labelsKey(labels)}`

/** By histogram; no buckets for one of which only the sum or the count is there. */
const bucketsOf = (cells: readonly Cell[]): [string, Cell[]][] => {
  const parts = cells.filter(({ part }) => part !== undefined)
  return [...Map.groupBy(parts, histogramOf)].map(([histogram, own]) => [histogram, own.filter(({ le }) => le !== undefined)])
}

const byBound = (buckets: readonly Cell[]): Map<number, Cell> => new Map(buckets.map((cell) => [cell.le as number, cell]))
