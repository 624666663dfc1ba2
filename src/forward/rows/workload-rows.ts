import type { Sheet } from '../../model/sheet.ts'
import type { NotedWorkload } from './compact-notes.ts'
import type { Entry, PastOf } from './fidelity.ts'
import type { TargetTags } from './tags.ts'
import { type Taken, Workload } from './workload.ts'
import { type Moment, type Times, Written } from './written.ts'

/** How many series that are gone are remembered of one workload: its pods may invent as many as they like. */
const absentLimit = 2_000

interface Due {
  readonly entries: readonly Entry[]
  readonly note: string
}

/** One workload: what its series stand at, and what was written of them. */
export class WorkloadRows {
  readonly #tags: TargetTags
  readonly #workload = new Workload()
  readonly #written = new Written()
  /** How many of its series are written down. */
  #noted = 0

  constructor(tags: TargetTags) {
    this.#tags = tags
  }

  get isEmpty(): boolean {
    return this.#workload.isEmpty
  }

  /** How many series are known of it. */
  get size(): number {
    return this.#workload.size
  }

  recall({ workload, round }: NotedWorkload, pastOf: PastOf): void {
    this.#workload.recall(workload, pastOf)
    if (round) this.#written.recall(round)
  }

  /** @returns whether there are series now that are not written down */
  take(sheet: Sheet, taken: Taken): boolean {
    this.#workload.take(sheet, taken)
    const isNew = this.#noted !== this.size
    this.#noted = this.size
    return isNew
  }

  rename(from: string, to: string): void {
    this.#workload.rename(from, to)
  }

  leave(id: string): void {
    this.#workload.leave(id)
  }

  /** Its members and series, for `recall`. */
  note(): string {
    return this.#workload.note()
  }

  /** What its rows said last, for `recall`: it is by the order of series in `note`, so both go into one commit where that changes. */
  roundNote(wallMs: number): string {
    return JSON.stringify(this.#written.note(this.#workload.standing(), wallMs))
  }

  /** The rows that are due at a round, and what `roundNote` says then. */
  round(wallMs: number): Due {
    const standing = this.#workload.standing()
    const moments = this.#written.round(standing, wallMs)
    this.#workload.settle()
    return { entries: this.#entries(moments), note: JSON.stringify(this.#written.note(standing, wallMs)) }
  }

  /** The last rows of series that no pod shows any more, and what `roundNote` says then. */
  end(times: Times): Due {
    const standing = this.#workload.standing()
    const { moments, slots } = this.#written.end(standing, times)
    this.#workload.settle((slot) => slots.has(slot))
    return { entries: this.#entries(moments), note: JSON.stringify(this.#written.note(standing, times.wallMs)) }
  }

  /**
   * Forgets series that no pod has any more, where there are too many: all but half of what may be, those written longest ago. Should they come back, they
   * begin anew. Called right after a round.
   *
   * @returns whether any went; then both notes are to be written
   */
  dropAbsent(): boolean {
    if (this.size <= absentLimit) return false
    const absent = this.#workload.absent()
    if (absent.length <= absentLimit) return false
    const gone = new Set(absent.sort((a, b) => this.#written.lastMs(a) - this.#written.lastMs(b)).slice(0, -absentLimit / 2))
    this.#workload.drop(gone)
    this.#written.drop(gone)
    this.#noted = this.size
    return true
  }

  /** Its pods may be on many nodes. */
  #entries(moments: readonly Moment[]): Entry[] {
    return moments.map((moment) => ({ ...moment, writer: { tags: this.#tags, computer: '' } }))
  }
}
