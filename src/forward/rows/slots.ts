import type { Names } from '../../model/mesh-series.ts'
import { type RowColumn, rowColumnsOf } from './row-columns.ts'

/** By what a workload's series are told apart: the order in which they came. */
export type Slot = number

/** The series of a workload's pods, each once; pages that look alike find theirs again at once. */
export class Slots {
  /** By slot. */
  readonly keys: RowColumn['key'][] = []
  /** By slot; `undefined` for series that nobody has shown in this run. */
  readonly columns: (RowColumn | undefined)[] = []
  readonly #byKey = new Map<RowColumn['key'], Slot>()
  readonly #byNames = new WeakMap<Names, readonly Slot[]>()

  of(key: RowColumn['key']): Slot {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    this.#byKey.set(key, this.keys.length)
    this.columns.push(undefined)
    return this.keys.push(key) - 1
  }

  /** The others, in their order. */
  without(gone: ReadonlySet<Slot>): Slots {
    const rest = new Slots()
    for (const [slot, key] of this.keys.entries()) if (!gone.has(slot)) rest.columns[rest.of(key)] = this.columns[slot]
    return rest
  }

  /** Those of a page's columns, in the order of `rowColumnsOf`. */
  in(names: Names): readonly Slot[] {
    const known = this.#byNames.get(names)
    if (known) return known
    const columns = rowColumnsOf(names)
    const slots = columns.map(({ key }) => this.of(key))
    for (const [i, slot] of slots.entries()) this.columns[slot] = columns[i]
    this.#byNames.set(names, slots)
    return slots
  }
}
