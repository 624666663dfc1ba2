import { z } from 'zod'
import type { NoteChanges, Notes } from '../../model/record.ts'
import type { PastTarget, Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import { lastOf, offPageTotals } from './counted.ts'
import type { PastOf, Turnover, Unanswered } from './fidelity.ts'
import { noted } from './noted.ts'
import { type Offsets, summed, totalsAtStart, totalsOf } from './offsets.ts'
import { type TargetTags, targetTags } from './tags.ts'

type Arrivals = Pick<Turnover, 'shown' | 'starts'>

/** How many names of pods that left are remembered. */
const departedLimit = 2_000

interface Holder {
  /** Who writes under this name now; absent since that one was forgotten. */
  readonly id?: Target['id']
  /** Its newest columns. */
  readonly sheet?: Sheet
  /** One of the run before, until it answers. */
  readonly past?: PastTarget
  readonly offsets: Offsets
  /** Whoever comes next has another name. */
  readonly isNamedAnew?: boolean
  /** Its last rows are written: it does not answer. */
  readonly isClosed?: boolean
}

const none: Offsets = new Map()

/** Owners whose pods never have the name of one before: nothing is written down of where they ended. */
const namingAnew: ReadonlySet<string> = new Set(['ReplicaSet', 'DaemonSet', 'Job'])

const noteForm = z.strictObject({
  holder: z.string().optional(),
  isNamedAnew: z.boolean().optional(),
  isClosed: z.boolean().optional(),
  offsets: z.array(z.tuple([z.string(), z.number()])),
})

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
      const { holder: id, isNamedAnew = false, isClosed = false } = note
      const past = id === undefined ? undefined : pastOf(id)
      const offsets = new Map(note.offsets)
      if (id === undefined || !past) {
        this.#holders.set(name, { offsets })
        this.#departed++
        continue
      }
      this.#names.set(id, name)
      this.#holders.set(name, { id, offsets, past, isNamedAnew, isClosed })
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

  /**
   * Who comes under its name next goes on from where it ended.
   *
   * @returns what is to be told of one that has not answered since the collector began
   */
  forget(id: Target['id']): Unanswered | undefined {
    const name = this.#names.get(id)
    const holder = name === undefined ? undefined : this.#holders.get(name)
    this.#names.delete(id)
    this.#waiting.delete(id)
    if (name === undefined || holder?.id !== id) return undefined
    const offsets = ended(holder)
    this.#holders.delete(name)
    if (holder.isNamedAnew) {
      this.#holders.set(name, { offsets })
      this.#changes.set(name, undefined)
    } else this.#hold(name, { offsets })
    this.#departed++
    this.#makeRoom()
    return holder.past && !holder.isClosed ? { tags: tagsOf(name), last: lastOf(holder.past, holder.offsets) } : undefined
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
    const isClosed = !shown.has(id)
    if (holder?.sheet === sheet && holder.isClosed === isClosed) return
    const isNamedAnew = namingAnew.has(sheet.target.pod?.controller?.kind ?? '')
    const its = { id, sheet, isNamedAnew, isClosed }
    if (holder?.id === id) return this.#goOn(name, { ...its, offsets: holder.offsets }, holder)
    if (!holder) return this.#give(name, { ...its, offsets: none })
    const broughtAlong = this.#waiting.get(id) ?? totalsAtStart(sheet, starts(id))
    if (holder.id !== undefined && shown.has(holder.id)) return void this.#waiting.set(id, broughtAlong)
    if (holder.id === undefined) this.#departed--
    const offsets = summed([...ended(holder), ...[...broughtAlong].map(([key, total]) => [key, -total] as const)])
    this.#give(name, { ...its, offsets })
  }

  #goOn(name: string, holder: Holder, before: Holder): void {
    if (holder.isClosed === before.isClosed) this.#holders.set(name, holder)
    else this.#hold(name, holder)
  }

  #give(name: string, holder: Holder & Required<Pick<Holder, 'id'>>): void {
    this.#names.set(holder.id, name)
    this.#waiting.delete(holder.id)
    this.#hold(name, holder)
  }

  /** Written down is who has a name together with where the name goes on from: one without the other would lose or double what the holder counts. */
  #hold(name: string, holder: Holder): void {
    this.#holders.set(name, holder)
    const { id, isNamedAnew, isClosed, offsets } = holder
    const note = { holder: id, ...(isNamedAnew && { isNamedAnew }), ...(isClosed && { isClosed }), offsets: [...offsets] }
    this.#changes.set(name, JSON.stringify(note))
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
  const totals = sheet ? totalsOf(sheet) : past ? offPageTotals(past.memory) : none
  return summed([...offsets, ...totals])
}

const names = new WeakMap<Sheet['targetLabels'], string>()

/** The tags that a name was made of. */
function tagsOf(name: string): TargetTags {
  const [app = '', namespace = '', pod_name = ''] = name.split('\n')
  return { app, namespace, pod_name }
}

function nameOf(sheet: Sheet): string {
  const { app, namespace, pod_name } = targetTags(sheet)
  const name = names.get(sheet.targetLabels) ?? [app, namespace, pod_name].join('\n')
  names.set(sheet.targetLabels, name)
  return name
}
