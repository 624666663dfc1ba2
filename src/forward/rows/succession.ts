import { z } from 'zod'
import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import { offPageTotals } from './counted.ts'
import type { PastOf, Turnover } from './fidelity.ts'
import { noted } from './noted.ts'
import { type Offsets, summed, totalsAtStart, totalsOf } from './offsets.ts'
import { targetTags } from './tags.ts'

type Arrivals = Pick<Turnover, 'shown' | 'starts'>

/** How many names of pods that left are remembered. */
const departedLimit = 2_000

interface Holder {
  /** Who writes under this name now; absent since that one was forgotten. */
  readonly id?: Target['id']
  /** Its newest columns. */
  readonly sheet?: Sheet
  /** What one of the run before had counted, until it answers. */
  readonly past?: Offsets
  readonly offsets: Offsets
}

const none: Offsets = new Map()

/** Owners whose pods never have the name of one before: nothing is written down of them. */
const namingAnew: ReadonlySet<string> = new Set(['ReplicaSet', 'DaemonSet', 'Job'])

const noteForm = z.strictObject({ holder: z.string().optional(), offsets: z.array(z.tuple([z.string(), z.number()])) })

/**
 * Who writes under which name, and where its series went on from. A pod that comes back under the name of one that left (of a StatefulSet, or of a namespace
 * that was taken off the list for a while) is another target whose totals begin at zero, but to the reader of rows it is the same series, which must not
 * fall.
 */
export class Succession {
  /** By name; those that left stand in the order in which they did. */
  readonly #holders = new Map<string, Holder>()
  readonly #names = new Map<Target['id'], string>()
  /** Who is shown but has no name yet, since another one has it: what it had counted when it came. */
  readonly #waiting = new Map<Target['id'], Offsets>()
  #departed = 0
  #changes = new Map<string, string | undefined>()

  /** Takes back what the last run wrote down. Called before anything else. */
  recall(notes: Notes, pastOf: PastOf): void {
    for (const [name, text] of notes) {
      const note = noted(noteForm, text)
      if (!note) continue
      const { holder: id } = note
      const memory = id === undefined ? undefined : pastOf(id)
      const offsets = new Map(note.offsets)
      if (id === undefined || !memory) {
        this.#holders.set(name, { offsets })
        this.#departed++
        continue
      }
      this.#names.set(id, name)
      this.#holders.set(name, { id, offsets, past: summed(offPageTotals(memory)) })
    }
  }

  /** For `recall` of the next run: what is to be written since the last call. */
  notes(): NoteChanges {
    const changes = this.#changes
    this.#changes = new Map()
    return changes
  }

  /** Takes in the columns of these. A name goes to another target when who had it is not shown. */
  follow(sheets: readonly Sheet[], arrivals: Arrivals): void {
    for (const sheet of sheets) if (sheet.target.kind === 'sidecar') this.#take(sheet, arrivals)
  }

  /** The target goes on under another id, its totals with it. */
  rename(from: Target['id'], to: Target['id']): void {
    const name = this.#names.get(from)
    const holder = name === undefined ? undefined : this.#holders.get(name)
    if (name === undefined || holder?.id !== from) return
    this.#names.delete(from)
    this.#names.set(to, name)
    this.#hold(name, { ...holder, id: to })
  }

  /** Who comes under its name next goes on from where it ended. */
  forget(id: Target['id']): void {
    const name = this.#names.get(id)
    const holder = name === undefined ? undefined : this.#holders.get(name)
    this.#names.delete(id)
    this.#waiting.delete(id)
    if (name === undefined || holder?.id !== id) return
    this.#holders.delete(name)
    this.#hold(name, { offsets: ended(holder) }, !isNamedAnew(holder))
    this.#departed++
    this.#makeRoom()
  }

  /** @returns `undefined` for who does not write: another target has its name */
  offsetsOf(sheet: Sheet): Offsets | undefined {
    const holder = this.#holders.get(nameOf(sheet))
    return holder?.id === sheet.target.id ? holder.offsets : undefined
  }

  #take(sheet: Sheet, { shown, starts }: Arrivals): void {
    const { id } = sheet.target
    const name = nameOf(sheet)
    const holder = this.#holders.get(name)
    if (holder?.sheet === sheet) return
    if (holder?.id === id) return void this.#holders.set(name, { id, sheet, offsets: holder.offsets })
    if (!holder) return this.#give(name, { id, sheet, offsets: none })
    const broughtAlong = this.#waiting.get(id) ?? totalsAtStart(sheet, starts(id))
    if (holder.id !== undefined && shown.has(holder.id)) return void this.#waiting.set(id, broughtAlong)
    if (holder.id === undefined) this.#departed--
    this.#give(name, { id, sheet, offsets: summed([...ended(holder), ...[...broughtAlong].map(([key, total]) => [key, -total] as const)]) })
  }

  #give(name: string, holder: Holder & Required<Pick<Holder, 'id'>>): void {
    this.#names.set(holder.id, name)
    this.#waiting.delete(holder.id)
    this.#hold(name, holder)
  }

  /** Written down is who has a name together with where the name goes on from: one without the other would lose or double what the holder counts. */
  #hold(name: string, holder: Holder, isNoted = !isNamedAnew(holder)): void {
    this.#holders.set(name, holder)
    if (isNoted) this.#changes.set(name, JSON.stringify({ holder: holder.id, offsets: [...holder.offsets] }))
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
function ended({ sheet, past, offsets }: Holder): Offsets {
  const totals = sheet ? totalsOf(sheet) : (past ?? none)
  return summed([...offsets, ...totals])
}

const isNamedAnew = ({ sheet }: Holder): boolean => namingAnew.has(sheet?.target.pod?.controller?.kind ?? '')

const names = new WeakMap<Sheet['targetLabels'], string>()

function nameOf(sheet: Sheet): string {
  const name = names.get(sheet.targetLabels) ?? Object.values(targetTags(sheet)).join('\n')
  names.set(sheet.targetLabels, name)
  return name
}
