import { z } from 'zod'
import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Birth, Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import type { Clock } from '../../runtime/clock.ts'
import { Beginnings } from './beginnings.ts'
import { bornOf, totalOf } from './counted.ts'
import type { Beginning, PastOf, Turnover, Unanswered, Val } from './fidelity.ts'
import { noted } from './noted.ts'
import type { Offsets } from './offsets.ts'
import { rowColumnsOf } from './row-columns.ts'
import { Succession } from './succession.ts'

/** Who reads once a minute may miss a few. */
const readWithinMs = 300_000

/** The note that says when the newest page was read. */
const readKey = 'read'
/** As far as a date reaches. Source: ECMA-262, Time Values. */
const readForm = z
  .int()
  .positive()
  .max(8.64e15 - 1)

/** What each pod's series stand at, whichever rows are written, and how they are shown to who reads them once a minute. */
export class PodSeries {
  readonly #succession = new Succession()
  readonly #beginnings: Beginnings
  readonly #clock: Clock
  #shownMs = -Infinity
  #readMs = 0
  #notedMs = 0
  #endedMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#beginnings = new Beginnings(clock)
  }

  /** Takes back what the last run wrote down. Called before anything else. */
  recall(notes: Notes, pastOf: PastOf): void {
    this.#endedMs = (noted(readForm, notes.get(readKey) ?? '') ?? this.#clock.wallMs()) + 1
    this.#succession.recall(notes, pastOf)
  }

  notes(): NoteChanges {
    const read = this.#readMs === this.#notedMs ? [] : [[readKey, String(this.#readMs)] as const]
    this.#notedMs = this.#readMs
    return new Map([...this.#succession.notes(), ...read])
  }

  /** Wall time at which the run before ended, as far as rows tell: after all of its own, and before all of this run. */
  get endedMs(): number {
    return this.#endedMs
  }

  /** At each commit, first, before those that are gone are forgotten. @returns what `arriving` does, of those that left again at once */
  leaving(turnover: Turnover, areTaken: boolean): Beginning[] {
    const { left, born, shown } = turnover
    this.#succession.follow(left, turnover)
    return this.#begun(
      born.filter(({ sheet: { target } }) => !shown.has(target.id)),
      areTaken,
    )
  }

  rename(from: Target['id'], to: Target['id']): void {
    this.#succession.rename(from, to)
  }

  /** @returns what is to be told of one that went while no collector ran */
  forget(id: Target['id']): Unanswered | undefined {
    this.#beginnings.forget(id)
    return this.#succession.forget(id)
  }

  /** @returns the series that are new, each with the value that it began with; none where nobody would look at them */
  arriving(turnover: Turnover, areTaken: boolean): Beginning[] {
    const { sheets, born, shown } = turnover
    this.#succession.follow(sheets, turnover)
    for (const { timestampMs } of sheets) this.#readMs = Math.max(this.#readMs, timestampMs)
    this.#beginnings.expire()
    return this.#begun(
      born.filter(({ sheet: { target } }) => shown.has(target.id)),
      areTaken,
    )
  }

  /** What rows of the pod add to what it counted; `undefined` for who does not write: another target has its name. */
  offsetsOf(sheet: Sheet): Offsets | undefined {
    return this.#succession.offsetsOf(sheet)
  }

  /** What a row of each series would say now; `undefined` for who does not write: another target has its name. */
  now(sheet: Sheet): Iterable<Val> | undefined {
    const offsets = this.#succession.offsetsOf(sheet)
    return offsets && valsOf(sheet, offsets)
  }

  /** What is shown of a target now; a series that is new is shown as it began until whoever reads once a minute has seen that. */
  *shown(sheet: Sheet): Generator<Val> {
    this.#shownMs = this.#clock.monotonicMs()
    const beganWith = this.#beginnings.of(sheet.target.id)
    for (const [column, val] of this.now(sheet) ?? []) yield [column, beganWith(column.key) ?? val]
  }

  #begun(born: readonly Birth[], areTaken: boolean): Beginning[] {
    return areTaken || this.#isRead() ? born.flatMap((birth) => this.#beginning(birth) ?? []) : []
  }

  #beginning(birth: Birth): Beginning | undefined {
    const { sheet, timestampMs } = birth
    const offsets = this.#succession.offsetsOf(sheet)
    if (!offsets) return undefined
    const rows = bornOf(birth).map(([row, before]) => [row, before + (offsets.get(row.key) ?? 0)] as const)
    if (this.#isRead()) this.#beginnings.add(sheet.target.id, rows)
    return { sheet, timestampMs, rows }
  }

  /** Whether anybody looks at what is shown: else it is of no use to remember how it began. */
  #isRead(): boolean {
    return this.#clock.monotonicMs() - this.#shownMs < readWithinMs
  }
}

function* valsOf(sheet: Sheet, offsets: Offsets): Generator<Val> {
  const isPlain = offsets.size === 0
  for (const column of rowColumnsOf(sheet.names)) {
    const total = totalOf(sheet, column)
    yield [column, isPlain ? total : total + (offsets.get(column.key) ?? 0)]
  }
}
