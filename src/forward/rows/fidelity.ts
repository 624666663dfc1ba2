import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Birth, PastTarget, Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import type { Starts } from './counted.ts'
import type { Writer } from './lines.ts'
import type { RowColumn } from './row-columns.ts'
import type { TargetTags } from './tags.ts'

export type Val = readonly [RowColumn, val: number]

/** Rows of one writer and one moment, still to be written. */
export interface Entry {
  readonly writer: Writer
  readonly timeMs: number
  readonly rows: Iterable<Val>
}

/** A series that is new, and with what it began. */
export interface Beginning {
  readonly sheet: Sheet
  readonly timestampMs: number
  readonly rows: readonly Val[]
}

/** What became of targets since the last commit, copied at one moment. */
export interface Happened {
  /** Who is shown now. */
  readonly sheets: readonly Sheet[]
  readonly born: readonly Birth[]
  /** Who left, or whose page lost series, as they stood: nobody changes their columns any more. */
  readonly left: readonly Sheet[]
  /** Who is not counted any more; should it come back, its totals begin at zero. */
  readonly castOut: readonly Target['id'][]
  readonly wallMs: number
}

/** The same, with what is made of it once for all. */
export interface Turnover extends Happened {
  readonly shown: ReadonlyMap<Target['id'], Sheet>
  readonly starts: Starts
}

/** What is known of a target of the run before that has not answered yet. */
export type PastOf = (id: Target['id']) => PastTarget | undefined

/** Who went while no collector ran, and what its last rows say. */
export interface Unanswered {
  readonly tags: TargetTags
  readonly last: ReadonlyMap<RowColumn['key'], number>
}

/** What is written of sheets, and when. */
export interface Fidelity {
  /** Whether `arriving` is to be told what began. */
  readonly tellsBeginnings: boolean
  /** Takes back what the last run wrote down. Called before anything else. */
  recall(notes: Notes, pastOf: PastOf): void
  /** At each commit, first: what is to be written of those that left. */
  leaving(turnover: Turnover): readonly Entry[]
  /** Then: the target goes on under another id. */
  rename(from: Target['id'], to: Target['id']): void
  /** And: what was kept of the target is gone. `unanswered` where it went while no collector ran. */
  forget(id: Target['id'], unanswered: Unanswered | undefined): void
  /** At last: what is to be written of who is new. */
  arriving(turnover: Turnover, begun: readonly Beginning[]): readonly Entry[]
  /** What is to be written once a minute, made as it is asked for. */
  round(sheets: readonly Sheet[]): Iterable<Entry>
  /** For `recall` of the next run: what is to be written since the last call. */
  notes(): NoteChanges
}
