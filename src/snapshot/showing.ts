import type { Cell, Committed, Shown } from '../model/cell.ts'
import { gathered, inverse } from '../model/numbering.ts'

const idleMs = 3_600_000
/** As many cells are looked at in one go. */
const sliceCells = 2_048

/** Cells that came in at one moment. */
interface Entering {
  readonly untilMs: number
  readonly indexes: Int32Array
  /** What each shows until then: 0 for a new cell, what it stood at for one that returns. */
  readonly floors: Float64Array
}

/**
 * What others get to see of the sums at one moment. A cell that comes into being is shown as 0 for a while before its value: whoever computes increases
 * would lose what it was born with. An edge that nobody reports and that has carried nothing for an hour leaves, and returns at the value it left with.
 * Edges that never carried anything are most of what sidecars may call, and only known.
 */
export interface Showing extends Shown {
  readonly generation: number
  /** By `edge.id`: 1 for an edge whose cells are shown. */
  readonly edges: Uint8Array
  /** By `edge.id`: 1 for an edge that is known, be it that it never carried anything. */
  readonly known: Uint8Array
  /** Edges that are known: the same list as long as they are the same. */
  readonly knownIds: readonly number[]
  /** What all cells stood at; `NaN` for those that were not there. */
  readonly sums: Float64Array
  /** How many cells were hidden: the set itself is shared and grows. */
  readonly hidden: number
  readonly entering: readonly Entering[]
}

/** Nothing is shown, and what is committed is not new: it was shown already, by the run before. */
export function shownBefore({ numbering, movedMs, sums }: Committed): Showing {
  const edges = Uint8Array.from(movedMs, hasCarried)
  return { ...shownNothing, generation: numbering.generation, values: sums, edges, sums }
}

/** Nothing is shown, and all that is committed is new. */
export const shownNothing: Showing = {
  generation: 0,
  cells: [],
  values: new Float64Array(0),
  edges: new Uint8Array(0),
  known: new Uint8Array(0),
  knownIds: [],
  sums: new Float64Array(0),
  hidden: -1,
  entering: [],
}

/**
 * What is shown once that is committed. The first round brings very many cells at once: between two slices of them it yields, so that others get their turn.
 * Commits are frequent and mostly of the same cells: those are not looked at again.
 *
 * @param newForMs how long a new cell is shown as 0
 */
export function* showingAfter(last: Showing, committed: Committed, newForMs: number): Generator<void, Showing> {
  const { sums, hidden, numbering, monotonicMs } = committed
  const before = numberedAs(committed, last)
  const known = knownEdges(committed)
  const knownIds = Buffer.compare(before.known, known) === 0 ? before.knownIds : idsOf(known)
  const edges = known.map((isKnown, id) => isKnown & hasCarried(committed.movedMs[id] as number))
  const wasHidden = hidden.size
  const isMore = before.hidden === wasHidden && Buffer.compare(before.edges, edges.subarray(0, before.edges.length)) === 0
  const isSame = isMore && before.sums.length === sums.length
  const { cells, indexes, floors } = isSame ? { ...before, indexes: [], floors: [] } : yield* found(before, { committed, edges, isMore })
  const fresh = { untilMs: monotonicMs + newForMs, indexes: new Int32Array(indexes), floors: new Float64Array(floors) }
  const entering = [...before.entering, ...(indexes.length > 0 ? [fresh] : [])].filter(({ untilMs }) => monotonicMs < untilMs)
  const values = valuesOf(sums, entering)
  return { generation: numbering.generation, cells, values, edges, known, knownIds, sums, hidden: wasHidden, entering }
}

interface Search {
  readonly committed: Committed
  readonly edges: Uint8Array
  /** What was shown goes on being shown, and nothing beside it but what is new. */
  readonly isMore: boolean
}

interface Found extends Pick<Showing, 'cells'> {
  /** Of cells that enter now, and what they show at first. */
  readonly indexes: readonly number[]
  readonly floors: readonly number[]
}

/** Finds the cells that are shown from now on. */
function* found(before: Showing, { committed: { cells: all, sums, hidden }, edges, isMore }: Search): Generator<void, Found> {
  const cells = isMore ? [...before.cells] : []
  const indexes: number[] = []
  const floors: number[] = []
  const known = before.sums.length
  for (let index = isMore ? known : 0; index < sums.length; index++) {
    if (index % sliceCells === 0) yield
    const cell = all[index] as Cell
    const { id } = cell.edge
    if (edges[id] !== 1 || hidden.has(index)) continue
    cells.push(cell)
    const stoodAt = index < known ? (before.sums[index] as number) : Number.NaN
    const isNew = Number.isNaN(stoodAt)
    if (cell.kpi.type === 'gauge' || !(isNew || before.edges[id] !== 1)) continue
    indexes.push(index)
    floors.push(isNew ? 0 : stoodAt)
  }
  return { cells, indexes, floors }
}

/** A copy only where it differs from the sums, which nobody changes any more. */
function valuesOf(sums: Float64Array, entering: readonly Entering[]): Float64Array {
  if (entering.length === 0) return sums
  const values = sums.slice()
  for (const { indexes, floors } of entering) for (let i = 0; i < indexes.length; i++) values[indexes[i] as number] = floors[i] as number
  return values
}

const hasCarried = (movedMs: number): number => (movedMs === -Infinity ? 0 : 1)

const idsOf = (edges: Uint8Array): number[] => Array.from(edges.keys()).filter((id) => edges[id] === 1)

function knownEdges({ live, movedMs, monotonicMs }: Committed): Uint8Array<ArrayBuffer> {
  const edges = new Uint8Array(movedMs.length)
  for (let id = 0; id < edges.length; id++) if (monotonicMs - (movedMs[id] as number) < idleMs) edges[id] = 1
  for (const id of live) edges[id] = 1
  return edges
}

/** Edges were dropped for room, and the rest has new numbers. Where a numbering in between was missed, nothing is taken for new. */
function numberedAs(committed: Committed, last: Showing): Showing {
  const { numbering } = committed
  if (numbering.generation === last.generation) return last
  if (numbering.generation !== last.generation + 1) return shownBefore(committed)
  const { cellsBefore, edgesBefore } = numbering
  const now = inverse(cellsBefore, last.sums.length)
  const sums = gathered(last.sums, cellsBefore, { missing: Number.NaN })
  const edges = Uint8Array.from(edgesBefore, (was) => last.edges[was] ?? 0)
  const entering = last.entering.map((one) => enteringAnew(one, now))
  return { ...shownBefore(committed), edges, sums, entering }
}

function enteringAnew({ untilMs, indexes, floors }: Entering, now: Int32Array): Entering {
  const stays = (_: number, i: number) => (now[indexes[i] as number] as number) >= 0
  return { untilMs, indexes: indexes.filter(stays).map((was) => now[was] as number), floors: floors.filter(stays) }
}
