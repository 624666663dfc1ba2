import type { Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import type { PastOf } from './fidelity.ts'
import { awayOf, eachShown, eachTotal, type Member } from './member.ts'
import type { Offsets } from './offsets.ts'
import type { RowColumn } from './row-columns.ts'
import { type Slot, Slots } from './slots.ts'

/** How a member's columns are taken in. */
export interface Taken {
  /** Whether its page is new enough for what it says of now. */
  readonly isShown: boolean
  /** Of its series that are new, what they stood at. */
  readonly starts: ReadonlyMap<RowColumn['key'], number>
  /** Where rows of these very series were written before: what they add to its totals. Absent where the workload begins at zero, or is known. */
  readonly goesOnFrom: Offsets | undefined
}

/** What a workload's series stand at, by slot. */
export interface Standing {
  readonly keys: readonly RowColumn['key'][]
  /** `undefined` for series that nobody has shown in this run. */
  readonly columns: readonly (RowColumn | undefined)[]
  readonly vals: Float64Array
  /** How much of that was counted by series of pods that are new since the last round. */
  readonly fresh: Float64Array
  /** Whether there are such. */
  readonly isBegun: Uint8Array
  /** Whether a pod shows the series now. */
  readonly isLive: Uint8Array
}

/** A workload as it is written down. */
export interface WorkloadNote {
  readonly members: readonly Target['id'][]
  /** In the order of their slots. */
  readonly series: readonly (readonly [key: RowColumn['key'], base: number])[]
}

/**
 * The pods of one workload as one set of series: each is the sum of what its pods counted while they belonged to it, those that are gone included. So it
 * never falls; gauges are the sum over those that are shown now.
 */
export class Workload {
  #slots = new Slots()
  /** By slot: what is to be added to the totals of the members: what others ended with, less what members had when they came. */
  #base: number[] = []
  readonly #members = new Map<Target['id'], Member>()
  /** By slot: of `fresh` what was counted by those that left again before the round. */
  readonly #passed = new Map<Slot, number>()
  /** The series as they were written down last, while they are the same. */
  #noted: { readonly size: number; readonly series: string } | undefined

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  /** Goes on where the last run ended; members whose past is not known any more are gone. */
  recall({ members, series }: WorkloadNote, pastOf: PastOf): void {
    for (const [key, base] of series) this.#base[this.#slots.of(key)] = base
    for (const id of members) {
      const memory = pastOf(id)?.memory
      if (memory) this.#members.set(id, { isShown: false, away: awayOf(memory, this.#slots), begun: new Map() })
    }
  }

  /** A `WorkloadNote` as JSON. Its series are many, and seldom others when a pod comes. */
  note(): string {
    const { keys } = this.#slots
    if (this.#noted?.size !== keys.length)
      this.#noted = { size: keys.length, series: JSON.stringify(keys.map((key, slot) => [key, this.#base[slot] ?? 0])) }
    return `{"members":${JSON.stringify([...this.#members.keys()])},"series":${this.#noted.series}}`
  }

  /** How many series it has ever had: those that are written down last. */
  get size(): number {
    return this.#slots.keys.length
  }

  take(sheet: Sheet, { isShown, starts, goesOnFrom }: Taken): void {
    const { id } = sheet.target
    const known = this.#members.get(id)
    const begun = known?.begun ?? new Map<Slot, number>()
    for (const [key, val] of starts) if (!begun.has(this.#slots.of(key))) begun.set(this.#slots.of(key), val)
    if (known?.sheet === sheet && known.isShown === isShown) return
    this.#slots.in(sheet.names)
    const away = known?.sheet === sheet ? known.away : awayOf(sheet.memory, this.#slots, sheet.names)
    const member = { sheet, isShown, away, begun }
    this.#members.set(id, member)
    if (known) return
    if (goesOnFrom) {
      for (const [key, val] of goesOnFrom) this.#add(this.#slots.of(key), val)
      return
    }
    // What it counted before it came here was not the workload's.
    for (const [slot, val] of begun) this.#add(slot, -val)
    eachTotal(member, this.#slots, (slot, total) => begun.has(slot) || this.#add(slot, -total))
  }

  rename(from: Target['id'], to: Target['id']): void {
    const member = this.#members.get(from)
    if (!member) return
    this.#members.delete(from)
    this.#members.set(to, member)
  }

  /** What it counted stays. */
  leave(id: Target['id']): void {
    const member = this.#members.get(id)
    if (!member) return
    this.#members.delete(id)
    const pass = (slot: Slot, val: number) => this.#passed.set(slot, (this.#passed.get(slot) ?? 0) + val)
    for (const [slot, before] of member.begun) pass(slot, -before)
    eachTotal(member, this.#slots, (slot, total) => {
      this.#add(slot, total)
      if (member.begun.has(slot)) pass(slot, total)
    })
  }

  /** What was new is known: by slot, else all of it. */
  settle(isSettled: (slot: Slot) => boolean = () => true): void {
    for (const begun of [this.#passed, ...[...this.#members.values()].map((member) => member.begun)])
      for (const slot of begun.keys()) if (isSettled(slot)) begun.delete(slot)
  }

  standing(): Standing {
    const { keys, columns } = this.#slots
    const size = keys.length
    const [vals, fresh] = [Float64Array.from(keys, (_, slot) => this.#base[slot] ?? 0), new Float64Array(size)]
    const [isBegun, isLive] = [new Uint8Array(size), new Uint8Array(size)]
    for (const [slot, val] of this.#passed) {
      fresh[slot] = val
      isBegun[slot] = 1
    }
    for (const member of this.#members.values()) {
      const { begun } = member
      for (const [slot, before] of begun) {
        fresh[slot] = (fresh[slot] as number) - before
        isBegun[slot] = 1
      }
      eachTotal(member, this.#slots, (slot, total) => {
        vals[slot] = (vals[slot] as number) + total
        if (begun.size > 0 && begun.has(slot)) fresh[slot] = (fresh[slot] as number) + total
      })
      if (member.isShown)
        eachShown(member, this.#slots, (slot, gauge) => {
          isLive[slot] = 1
          vals[slot] = (vals[slot] as number) + gauge
        })
    }
    return { keys, columns, vals, fresh, isBegun, isLive }
  }

  /** Series that no member shows or remembers: what is known of them is what others ended with. Asked when nothing is new. */
  absent(): Slot[] {
    const { isLive } = this.standing()
    const held = new Set([...this.#members.values()].flatMap(({ away }) => away.map(([slot]) => slot)))
    return [...isLive.keys()].filter((slot) => isLive[slot] === 0 && !held.has(slot))
  }

  /** Forgets absent series; the slots of all others are new ones, in the same order. */
  drop(gone: ReadonlySet<Slot>): void {
    const before = this.#slots
    this.#noted = undefined
    this.#slots = before.without(gone)
    this.#base = before.keys.flatMap((_, slot) => (gone.has(slot) ? [] : (this.#base[slot] ?? 0)))
    const moved = (slot: Slot) => this.#slots.of(before.keys[slot] as string)
    for (const [id, member] of this.#members)
      this.#members.set(id, { ...member, away: member.away.map(([slot, total]) => [moved(slot), total]) })
  }

  #add(slot: Slot, by: number): void {
    if (by === 0) return
    this.#base[slot] = (this.#base[slot] ?? 0) + by
    this.#noted = undefined
  }
}
