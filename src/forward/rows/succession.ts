import { z } from 'zod'
import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import { type RowColumn, rowColumnsOf, rowKeyOf } from './row-columns.ts'
import { targetTags } from './tags.ts'

/** What is added to the totals of a target's series, by their key. */
export type Offsets = ReadonlyMap<RowColumn['key'], number>

/** How many names of pods that left are remembered. */
const departedLimit = 2_000

interface Holder {
  /** Who writes under this name now; absent since that one was forgotten. */
  readonly id?: Target['id']
  /** Its newest columns. */
  readonly sheet?: Sheet
  readonly offsets: Offsets
}

/** Who is shown now, by id. */
type Shown = ReadonlyMap<Target['id'], Sheet>

const none: Offsets = new Map()

/** Owners whose pods never have the name of one before: nothing is written down of them. */
const namingAnew: ReadonlySet<string> = new Set(['ReplicaSet', 'DaemonSet', 'Job'])

const noteForm = z.array(z.tuple([z.string(), z.number()]))

/**
 * Who writes under which name, and where its series went on from. A pod that comes back under the name of one that left (of a StatefulSet, or of a namespace
 * that was taken off the list for a while) is another target whose totals begin at zero, but to the reader of rows it is the same series, which must not
 * fall.
 */
export class Succession {
  /** By name; those that left stand in the order in which they did. */
  readonly #holders = new Map<string, Holder>()
  readonly #names = new Map<Target['id'], string>()
  #departed = 0
  #changes = new Map<string, string | undefined>()

  /** Takes back what the last run wrote down. Called before anything else. */
  recall(notes: Notes): void {
    for (const [name, text] of notes) {
      const offsets = noteForm.safeParse(parsed(text)).data
      if (!offsets) continue
      this.#holders.set(name, { offsets: new Map(offsets) })
      this.#departed++
    }
  }

  /** For `recall` of the next run: what is to be written since the last call. */
  notes(): NoteChanges {
    const changes = this.#changes
    this.#changes = new Map()
    return changes
  }

  /** Takes in the columns of these. A name goes to another target when who had it is not shown. */
  follow(sheets: readonly Sheet[], shown: Shown): void {
    for (const sheet of sheets) if (sheet.target.kind === 'sidecar') this.#take(sheet, shown)
  }

  /** The target goes on under another id, its totals with it. */
  rename(from: Target['id'], to: Target['id']): void {
    const name = this.#names.get(from)
    const holder = name === undefined ? undefined : this.#holders.get(name)
    if (name === undefined || holder?.id !== from) return
    this.#names.delete(from)
    this.#names.set(to, name)
    this.#holders.set(name, { ...holder, id: to })
  }

  /** Who comes under its name next goes on from where it ended. */
  forget(id: Target['id']): void {
    const name = this.#names.get(id)
    const holder = name === undefined ? undefined : this.#holders.get(name)
    this.#names.delete(id)
    if (name === undefined || holder?.id !== id) return
    this.#holders.delete(name)
    this.#holders.set(name, { offsets: this.#ended(name, holder) })
    this.#departed++
    this.#makeRoom()
  }

  /** @returns `undefined` for who does not write: another target has its name */
  offsetsOf(sheet: Sheet): Offsets | undefined {
    const holder = this.#holders.get(nameOf(sheet))
    return holder?.id === sheet.target.id ? holder.offsets : undefined
  }

  #take(sheet: Sheet, shown: Shown): void {
    const { id } = sheet.target
    const name = nameOf(sheet)
    const holder = this.#holders.get(name)
    if (holder?.sheet === sheet) return
    if (holder?.id === id) return void this.#holders.set(name, { ...holder, sheet })
    if (holder?.id !== undefined && shown.has(holder.id)) return
    if (holder?.id === undefined && holder) this.#departed--
    this.#names.set(id, name)
    this.#holders.set(name, { id, sheet, offsets: holder ? this.#ended(name, holder) : none })
  }

  #ended(name: string, holder: Holder): Offsets {
    const offsets = ended(holder)
    const owner = holder.sheet?.target.pod?.controller?.kind ?? ''
    if (holder.sheet && offsets.size > 0 && !namingAnew.has(owner)) this.#changes.set(name, JSON.stringify([...offsets]))
    return offsets
  }

  #makeRoom(): void {
    for (const [name, { id }] of this.#holders) {
      if (this.#departed <= departedLimit) return
      if (id !== undefined) continue
      this.#holders.delete(name)
      this.#changes.set(name, undefined)
      this.#departed--
    }
  }
}

/** What a holder wrote last, by series, also of those that had left its page; what was not counted stays away. */
function ended({ sheet, offsets }: Holder): Offsets {
  if (!sheet) return offsets
  const counters = rowColumnsOf(sheet.names).filter(({ isGauge }) => !isGauge)
  const onPage = counters.map((column) => [column.key, totalOf(sheet, column)] as const)
  const offPage = [...sheet.memory.totals()].map(([key, total]) => [rowKeyOf(key), total] as const)
  const sums = new Map(offsets)
  for (const [key, total] of new Map([...offPage, ...onPage]))
    if (key !== undefined && total > 0) sums.set(key, total + (offsets.get(key) ?? 0))
  return sums
}

/** What happened since the target is watched. A series that is written as zero may have counted before it left the page. */
export function totalOf({ totals, memory }: Sheet, { columns, group, key }: RowColumn): number {
  if (columns.length === 0) return memory.total(group, key)
  let sum = 0
  for (const column of columns) sum += totals[column] as number
  return sum
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const names = new WeakMap<Sheet['targetLabels'], string>()

function nameOf(sheet: Sheet): string {
  const name = names.get(sheet.targetLabels) ?? Object.values(targetTags(sheet)).join('\n')
  names.set(sheet.targetLabels, name)
  return name
}
