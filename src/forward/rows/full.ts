import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import { compactKeys } from './compact-notes.ts'
import type { Beginning, Entry, Fidelity, Turnover, Unanswered, Val } from './fidelity.ts'
import { writerOf } from './lines.ts'
import type { PodSeries } from './pod-series.ts'
import { absentColumn, rowColumnsOf } from './row-columns.ts'

/** How long before the page that showed it first the beginning of a series is dated: not before any other page of the target. */
const beforeMs = 1

interface FullRowsOptions {
  readonly pods: PodSeries
  /** Told how many rows are not made of a target that calls itself as another one does. */
  readonly sameName: (rows: number) => void
}

/**
 * Every series of every pod each time; besides, a row at its beginning for each series that is new, so that what it was born with counts, and the last rows of
 * each target that leaves, with no connection open any more.
 */
export class FullRows implements Fidelity {
  readonly tellsBeginnings = true
  readonly #pods: PodSeries
  readonly #sameName: (rows: number) => void
  #changes: NoteChanges = new Map()
  #unanswered: Unanswered[] = []

  constructor({ pods, sameName }: FullRowsOptions) {
    this.#pods = pods
    this.#sameName = sameName
  }

  /** Who writes is the pod series' to remember. What compact rows wrote down goes: should they be written again, they begin anew. */
  recall(notes: Notes): void {
    this.#changes = new Map(compactKeys(notes).map((key) => [key, undefined]))
  }

  rename(): void {}

  forget(_: Target['id'], unanswered: Unanswered | undefined): void {
    if (unanswered) this.#unanswered.push(unanswered)
  }

  notes(): NoteChanges {
    const changes = this.#changes
    this.#changes = new Map()
    return changes
  }

  leaving({ left, shown, wallMs }: Turnover): Entry[] {
    return left.flatMap((sheet) => {
      const vals = this.#valsOf(sheet)
      return vals ? lastEntries(sheet, vals, { now: shown.get(sheet.target.id), wallMs }) : []
    })
  }

  arriving(_: Turnover, begun: readonly Beginning[]): Entry[] {
    const closed = this.#unanswered.map((one) => closingEntry(one, this.#pods.endedMs))
    this.#unanswered = []
    return [...closed, ...begun.map(({ sheet, timestampMs, rows }) => ({ writer: writerOf(sheet), timeMs: timestampMs - beforeMs, rows }))]
  }

  /** One by one as they are asked for: a sheet is given its time when its rows are made. */
  *round(sheets: readonly Sheet[]): Generator<Entry> {
    for (const sheet of sheets) {
      const rows = this.#valsOf(sheet)
      if (rows) yield { writer: writerOf(sheet), timeMs: sheet.timestampMs, rows }
    }
  }

  #valsOf(sheet: Sheet): Iterable<Val> | undefined {
    const vals = this.#pods.now(sheet)
    if (!vals && sheet.target.kind === 'sidecar') this.#sameName(rowColumnsOf(sheet.names).length)
    return vals
  }
}

/** On which node it was nobody knows. */
const closingEntry = ({ tags, last }: Unanswered, timeMs: number): Entry => ({
  writer: { tags, computer: '' },
  timeMs,
  rows: [...last].map(([key, val]) => [absentColumn(key), val] as const),
})

interface Leaving {
  /** The target's sheet now, where only series left. */
  readonly now: Sheet | undefined
  readonly wallMs: number
}

/** What series counted since the last round that are gone now; and that nothing of them is open any more. */
function lastEntries(sheet: Sheet, vals: Iterable<Val>, { now, wallMs }: Leaving): Entry[] {
  const { timestampMs } = sheet
  const writer = writerOf(sheet)
  const stays = new Set(now && rowColumnsOf(now.names).map(({ key }) => key))
  const last = [...vals].filter(([{ key }]) => !stays.has(key))
  const closed = last.filter(([{ isGauge }]) => isGauge).map(([column]) => [column, 0] as const)
  return [
    { writer, timeMs: timestampMs, rows: last },
    { writer, timeMs: Math.max(wallMs, timestampMs + 1), rows: closed },
  ]
}
