import type { Cell, Edge, KpiInfo, Shown } from '../../model/cell.ts'
import { expositionContentType, type PulledPage } from '../../model/pulled-page.ts'
import { headText, inChunks, labelsText, labelText, type Turn, valueText } from './text.ts'

/** One series of the page: worked out once per cell. */
interface Line {
  readonly cell: Cell
  /** What lines are ordered by: the edge, then what is beyond it. All lines of one histogram have it in common. */
  readonly key: string
  /** Up to the value. */
  readonly head: string
}

export interface EdgesPageOptions {
  readonly turn?: Turn
  /** Told who fetches the page. */
  readonly fetched?: (reader: string) => void
}

/**
 * `/metrics/edges`: the sums per edge. Families by name, edges by their labels, buckets by their bound.
 *
 * @param shown the committed sums to show, all of one moment and not changed afterwards; `undefined` before there are any. Asked once per rendering.
 *   While it names the same cells, their order is not worked out again.
 */
export function edgesPage(shown: () => Shown | undefined, { turn, fetched }: EdgesPageOptions = {}): PulledPage {
  const order = new Order()
  return {
    path: '/metrics/edges',
    contentType: expositionContentType,
    render: () => inChunks(blocks(shown, order), turn),
    ...(fetched && { fetched }),
  }
}

function* blocks(shown: () => Shown | undefined, order: Order): Generator<string> {
  const now = shown()
  if (!now) return
  for (const { kpi, lines } of order.families(now.cells)) {
    yield headText(kpi.name, kpi.type, kpi.help)
    for (const { cell, head } of lines) yield `${head}${valueText(now.values[cell.index] as number)}\n`
  }
}

/** Remembers how the cells of the last rendering follow each other. */
class Order {
  #cells: readonly Cell[] = []
  #sorted = new Map<string, readonly Line[]>()

  /** Sorts a family only when it is asked for, so that others have their turn in between. */
  families(cells: readonly Cell[]): Iterable<{ readonly kpi: KpiInfo; readonly lines: readonly Line[] }> {
    if (!same(this.#cells, cells)) this.#sorted = new Map()
    this.#cells = cells
    const sorted = this.#sorted
    const byName = Map.groupBy(cells, ({ kpi }) => kpi.name)
    return [...byName.keys()]
      .sort()
      .values()
      .map((name) => {
        const members = byName.get(name) as [Cell, ...Cell[]]
        const lines = sorted.get(name) ?? members.map(lineOf).sort(inOrder)
        sorted.set(name, lines)
        return { kpi: members[0].kpi, lines }
      })
  }
}

const same = (a: readonly Cell[], b: readonly Cell[]): boolean => a.length === b.length && a.every((cell, i) => cell === b[i])

const ranks = { bucket: 0, sum: 1, count: 2 } as const
const rank = ({ part }: Cell): number => (part ? ranks[part] : 0)

/** By key; within a histogram the buckets from the lowest bound up, then sum and count. */
function inOrder(a: Line, b: Line): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  if (a.cell.part !== b.cell.part) return rank(a.cell) - rank(b.cell)
  return (a.cell.le ?? 0) < (b.cell.le ?? 0) ? -1 : 1
}

const known = new WeakMap<Cell, Line>()

function lineOf(cell: Cell): Line {
  const line = known.get(cell) ?? makeLine(cell)
  known.set(cell, line)
  return line
}

const edgeTexts = new WeakMap<Edge, string>()

/** Worked out once per edge: its histograms have dozens of lines. */
function edgeText(edge: Edge): string {
  const text = edgeTexts.get(edge) ?? labelsText(edge.labels)
  edgeTexts.set(edge, text)
  return text
}

function makeLine(cell: Cell): Line {
  const { kpi, edge, labels, part, le } = cell
  const plain = Object.keys(labels).length === 0
  const text = plain ? edgeText(edge) : labelsText({ ...edge.labels, ...labels })
  const name = part ? `${kpi.name}_${part}` : kpi.name
  const all = [text, le === undefined ? '' : labelText('le', boundText(le))].filter((pair) => pair !== '').join(',')
  return { cell, key: plain ? edgeText(edge) : `${edgeText(edge)} ${labelsText(labels)}`, head: `${name}${all && `{${all}}`} ` }
}

/** The shortest decimal that a person would write: bounds were turned from milliseconds into seconds, which leaves 0.0011000000000000001. */
const boundText = (le: number): string => (le === Infinity ? '+Inf' : String(Number(le.toPrecision(15))))
