import type { Cell, Committed } from '../model/cell.ts'
import type { CellRecord, Layout, NoteTaker, Restored, TargetRecord } from '../model/record.ts'
import { OwedRows } from './owed-rows.ts'
import type { Changes } from './state.ts'
import type { Writing } from './store.ts'

/** The wall clock may run away from the monotonic one by this much before all times that were written are written anew. */
const driftMs = 1_000

/** How much is handed over at once: a millisecond's work each. */
const cellsPerPart = 1_000
const targetsPerPart = 100
const notesPerPart = 2_000

/** What the file lacks: what a commit brings, and whatever those before it could not write. */
export class Debt {
  readonly #targets: OwedRows<TargetRecord>
  readonly #notes: Readonly<Record<NoteTaker, OwedRows<string>>>
  /** What the file has. */
  readonly #layouts: Set<Layout['id']>
  #cells = 0
  /** How many hidden cells the file has, and how many were handed over last: pages that come while a commit is on its way can hide more. */
  #hidden = { filed: 0, handed: 0 }
  #generation: number | undefined
  /** From monotonic to wall time. */
  #offsetMs = Number.NaN

  /** @param filed what the file has; its cells are written anew all the same, since they are numbered anew */
  constructor(filed?: Restored) {
    const { targets = [], notes } = filed ?? {}
    this.#targets = new OwedRows(targets.map(({ id }) => id))
    this.#notes = {
      discover: new OwedRows(notes?.discover.keys()),
      relabel: new OwedRows(notes?.relabel.keys()),
      rows: new OwedRows(notes?.rows.keys()),
    }
    this.#layouts = new Set(targets.map(({ layout }) => layout.id))
  }

  owe({ targets, released, notes }: Changes): void {
    for (const id of released) this.#targets.delete(id)
    for (const record of targets) this.#targets.set(record.id, record)
    for (const taker of ['discover', 'relabel', 'rows'] as const)
      for (const [key, text] of notes[taker]) {
        if (text === undefined) this.#notes[taker].delete(key)
        else this.#notes[taker].set(key, text)
      }
  }

  /** All that is owed, together with the sums of that moment, in parts that are made one by one: none keeps this thread for long. */
  *parts({ numbering, sums, cells, movedMs, hidden, monotonicMs, wallMs }: Committed): Generator<Writing> {
    const isAnew = numbering.generation !== this.#generation
    if (isAnew) {
      this.#cells = 0
      yield { isAnew }
    }
    for (let from = this.#cells; from < sums.length; from += cellsPerPart)
      yield cellRows(cells.slice(from, Math.min(from + cellsPerPart, sums.length)))
    for (const rows of portions([...this.#targets.put.values()], targetsPerPart)) yield this.#targetRows(rows)
    for (const notes of portions(noteRows(this.#notes), notesPerPart)) yield { notes }
    if (!(Math.abs(wallMs - monotonicMs - this.#offsetMs) <= driftMs)) this.#offsetMs = wallMs - monotonicMs
    this.#hidden.handed = hidden.size
    yield {
      released: [...this.#targets.deleted],
      ...((isAnew || hidden.size !== this.#hidden.filed) && { hidden: [...hidden] }),
      columns: { sums, movedWallMs: movedMs.map((ms) => Math.round(ms + this.#offsetMs)) },
    }
  }

  /** All parts for that moment are in the file. */
  paid({ numbering, sums }: Committed, dropped: readonly Layout['id'][]): void {
    for (const { layout } of this.#targets.put.values()) this.#layouts.add(layout.id)
    for (const id of dropped) this.#layouts.delete(id)
    this.#targets.paid()
    for (const rows of Object.values(this.#notes)) rows.paid()
    this.#cells = sums.length
    this.#hidden.filed = this.#hidden.handed
    this.#generation = numbering.generation
  }

  /** Nobody knows whether the last writing is in the file. */
  doubt(): void {
    this.#targets.doubt()
    for (const rows of Object.values(this.#notes)) rows.doubt()
    this.#layouts.clear()
    this.#generation = undefined
  }

  #targetRows(records: readonly TargetRecord[]): Writing {
    const layouts = new Map(records.filter(({ layout }) => !this.#layouts.has(layout.id)).map(({ layout }) => [layout.id, layout]))
    return { layouts: [...layouts.values()], targets: records.map(({ layout, ...rest }) => ({ ...rest, layout: layout.id })) }
  }
}

/** The edges stand beside each part that needs them: few, and so none can be missing. */
function cellRows(cells: readonly Cell[]): Writing {
  const edges = new Set(cells.map(({ edge }) => edge))
  return {
    edges: Array.from(edges, ({ id, labels }) => ({ number: id, labels: JSON.stringify(labels) })),
    cells: cells.map((cell) => ({ number: cell.index, edge: cell.edge.id, record: JSON.stringify(recordOf(cell)) })),
  }
}

const recordOf = ({ kpi, labels, part, le }: Cell): Omit<CellRecord, 'edge'> => ({
  kpi: kpi.name,
  labels,
  ...(part && { part }),
  ...(le !== undefined && { le: le === Infinity ? null : le }),
})

function noteRows(notes: Readonly<Record<NoteTaker, OwedRows<string>>>): NonNullable<Writing['notes']> {
  const takers = Object.keys(notes) as NoteTaker[]
  return takers.flatMap((taker) => [
    ...Array.from(notes[taker].put, ([key, text]) => ({ taker, key, text })),
    ...Array.from(notes[taker].deleted, (key) => ({ taker, key })),
  ])
}

function* portions<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}
