import type { Chunk } from '../../model/chunk.ts'
import type { Labels } from '../../model/labels.ts'
import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { ChunkWriter } from '../../model/chunk-writer.ts'
import { CompactRows } from './compact.ts'
import { startsOf } from './counted.ts'
import type { Entry, Fidelity, Happened, PastOf, Val } from './fidelity.ts'
import { FullRows } from './full.ts'
import { lineOf, lineParts } from './lines.ts'
import type { RowsOptions } from './options.ts'
import { PodSeries } from './pod-series.ts'
import { clusterTags } from './tags.ts'
import { rowMetrics } from './telemetry.ts'

interface Context {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** Whether anyone takes rows: else none are made. */
  readonly areTaken: boolean
}

/**
 * Sheets to rows, a round of them each minute and, with each commit, what began or ended since; which, is a matter of fidelity.
 *
 * Generators yield where others may have their turn, a chunk whenever one is full.
 */
export class Rows {
  readonly #cluster: Labels
  readonly #context: Context
  readonly #pods: PodSeries
  readonly #fidelity: Fidelity
  /** What is to follow once the rows of those that left are made. */
  #parted: (() => void)[] = []

  constructor({ fidelity, ...cluster }: Pick<RowsOptions, 'fidelity' | 'clusterId' | 'clusterName'>, context: Context) {
    this.#cluster = clusterTags(cluster)
    this.#context = context
    this.#pods = new PodSeries(context.clock)
    this.#fidelity =
      fidelity === 'compact'
        ? new CompactRows(context.clock, this.#pods)
        : new FullRows({ pods: this.#pods, sameName: (rows) => this.#leaveOut('same_name', rows) })
  }

  /** Takes back what the last run wrote down. Called before anything else. */
  recall(notes: Notes, pastOf: PastOf): void {
    this.#pods.recall(notes, pastOf)
    this.#fidelity.recall(notes, pastOf)
  }

  /** The target goes on under another id. */
  rename(from: Target['id'], to: Target['id']): void {
    this.#parted.push(() => {
      this.#pods.rename(from, to)
      this.#fidelity.rename(from, to)
    })
  }

  /** What was kept of the target is gone: should it come back, its totals begin at zero. */
  forget(id: Target['id']): void {
    this.#parted.push(() => this.#forget(id))
  }

  /** What is due once a minute. */
  round(sheets: readonly Sheet[]): Generator<Chunk | undefined> {
    return this.#encode(this.#fidelity.round(sheets))
  }

  /** Called at each commit: rows and notes that are to be committed with the sums that they tell of. */
  turnover(happened: Happened): { readonly chunks: Iterable<Chunk | undefined>; readonly notes: NoteChanges } {
    const { areTaken } = this.#context
    const { sheets, born, castOut } = happened
    const turnover = { ...happened, shown: new Map(sheets.map((sheet) => [sheet.target.id, sheet])), starts: startsOf(born) }
    const areTold = areTaken && this.#fidelity.tellsBeginnings
    const passed = this.#pods.leaving(turnover, areTold)
    const last = this.#fidelity.leaving(turnover)
    for (const then of this.#parted) then()
    this.#parted = []
    for (const id of castOut) this.#forget(id)
    const begun = this.#pods.arriving(turnover, areTold)
    const first = this.#fidelity.arriving(turnover, [...passed, ...begun])
    const notes = new Map([...this.#pods.notes(), ...this.#fidelity.notes()])
    return { chunks: areTaken ? this.#encode([...last, ...first]) : [], notes }
  }

  /** What a row of each of the target's own series would say now. */
  now(sheet: Sheet): Iterable<Val> {
    return this.#pods.now(sheet) ?? []
  }

  /** What is shown of a target now, whatever the fidelity; a series that is new is shown as it began until whoever reads once a minute has seen that. */
  shown(sheet: Sheet): Iterable<Val> {
    return this.#pods.shown(sheet)
  }

  #forget(id: Target['id']): void {
    this.#fidelity.forget(id, this.#pods.forget(id))
  }

  *#encode(entries: Iterable<Entry>): Generator<Chunk | undefined> {
    const { clock, telemetry } = this.#context
    const writer = new ChunkWriter('rows', () => clock.wallMs())
    for (const entry of entries) {
      const parts = lineParts(entry.writer, { timeMs: entry.timeMs, cluster: this.#cluster })
      let written = 0
      for (const [column, val] of entry.rows) {
        const full = Number.isFinite(val) ? writer.add(lineOf(parts, column, val)) : 'not_finite'
        if (typeof full === 'string') this.#leaveOut(full)
        else written++
        if (typeof full === 'object') yield full
      }
      telemetry.metrics.count(rowMetrics.rows, {}, written)
      yield undefined
    }
    const rest = writer.end()
    if (rest) yield rest
  }

  #leaveOut(reason: 'too_long' | 'not_finite' | 'same_name', rows = 1): void {
    this.#context.telemetry.metrics.count(rowMetrics.leftOut, { reason }, rows)
  }
}
