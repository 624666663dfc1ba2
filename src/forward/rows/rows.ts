import type { Chunk } from '../../model/chunk.ts'
import type { Labels } from '../../model/labels.ts'
import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Birth, Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { Beginnings } from './beginnings.ts'
import { ChunkWriter } from './chunk-writer.ts'
import { lineOf, lineParts } from './lines.ts'
import type { RowsOptions } from './options.ts'
import { type RowColumn, rowColumnsOf } from './row-columns.ts'
import { type Offsets, Succession, totalOf } from './succession.ts'
import { clusterTags } from './tags.ts'
import { rowMetrics } from './telemetry.ts'

/** What became of targets since the last commit, copied at one moment. */
export interface Turnover {
  readonly sheets: readonly Sheet[]
  readonly born: readonly Birth[]
  /** Who left, or whose page lost series, as they stood: nobody changes their columns any more. */
  readonly left: readonly Sheet[]
  readonly wallMs: number
}

interface Context {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** Whether anyone takes rows: else none are made. */
  readonly areTaken: boolean
}

/** One row still to be written. */
interface Entry {
  readonly sheet: Sheet
  readonly timeMs: number
  readonly rows: Iterable<readonly [RowColumn, val: number]>
}

/**
 * Sheets to rows: every series at each round; besides, a row at its beginning for each series that is new, so that what it was born with counts, and the last
 * rows of each target that leaves, with no connection open any more.
 *
 * Generators yield where others may have their turn, a chunk whenever one is full.
 */
export class Rows {
  readonly #cluster: Labels
  readonly #context: Context
  readonly #succession = new Succession()
  readonly #beginnings: Beginnings
  /** What is to follow once the rows of those that left are made. */
  #parted: (() => void)[] = []
  #shownMs = -Infinity

  constructor(options: Pick<RowsOptions, 'clusterId' | 'clusterName'>, context: Context) {
    this.#cluster = clusterTags(options)
    this.#context = context
    this.#beginnings = new Beginnings(context.clock)
  }

  /** The target goes on under another id. */
  rename(from: Target['id'], to: Target['id']): void {
    this.#parted.push(() => this.#succession.rename(from, to))
  }

  /** What was kept of the target is gone: should it come back, its totals begin at zero. */
  forget(id: Target['id']): void {
    this.#beginnings.forget(id)
    this.#parted.push(() => this.#succession.forget(id))
  }

  /** One row of every series. */
  *round(sheets: readonly Sheet[]): Generator<Chunk | undefined> {
    yield* this.#encode(this.#entries(sheets, (sheet, offsets) => ({ sheet, timeMs: sheet.timestampMs, rows: valsOf(sheet, offsets) })))
  }

  /** Takes back what the last run wrote down. Called before anything else. */
  recall(notes: Notes): void {
    this.#succession.recall(notes)
  }

  /** Called at each commit: rows and notes that are to be committed with the sums that they tell of. */
  turnover({ sheets, born, left, wallMs }: Turnover): { readonly chunks: Iterable<Chunk | undefined>; readonly notes: NoteChanges } {
    const now = new Map(sheets.map((sheet) => [sheet.target.id, sheet]))
    this.#succession.follow(left, now)
    const { areTaken } = this.#context
    const leaving = this.#entries(areTaken ? left : [], (sheet, offsets) =>
      lastEntries({ sheet, offsets, wallMs, now: now.get(sheet.target.id) }),
    )
    const last = [...leaving].flat()
    for (const then of this.#parted) then()
    this.#parted = []
    this.#succession.follow(sheets, now)
    this.#beginnings.expire()
    const first = areTaken || this.#isRead() ? born.flatMap((birth) => this.#firstEntry(birth) ?? []) : []
    return { chunks: areTaken ? this.#encode([...last, ...first]) : [], notes: this.#succession.notes() }
  }

  /** What is shown of a target now; a series that is new is shown as it began until whoever reads once a minute has seen that. */
  *shown(sheet: Sheet): Generator<readonly [RowColumn, val: number]> {
    this.#shownMs = this.#context.clock.monotonicMs()
    const offsets = this.#succession.offsetsOf(sheet)
    if (!offsets) return
    const beganWith = this.#beginnings.of(sheet.target.id)
    for (const [column, val] of valsOf(sheet, offsets)) yield [column, beganWith(column.key) ?? val]
  }

  /** Whether anybody looks at what is shown: else it is of no use to remember how it began. */
  #isRead(): boolean {
    return this.#context.clock.monotonicMs() - this.#shownMs < readWithinMs
  }

  /** One by one as they are asked for: a sheet is given its time when its rows are made. */
  *#entries<T>(sheets: readonly Sheet[], entry: (sheet: Sheet, offsets: Offsets) => T): Generator<T> {
    for (const sheet of sheets) {
      const offsets = this.#succession.offsetsOf(sheet)
      if (offsets) yield entry(sheet, offsets)
      else if (sheet.target.kind === 'sidecar') this.#leaveOut('same_name', rowColumnsOf(sheet.names).length)
    }
  }

  #firstEntry({ sheet, totals, timestampMs }: Birth): Entry | undefined {
    const offsets = this.#succession.offsetsOf(sheet)
    if (!offsets) return undefined
    // A series that is the sum of several columns is new when all of them are.
    const fresh = rowColumnsOf(sheet.names).filter(
      ({ isGauge, columns }) => !isGauge && columns.length > 0 && columns.every((column) => totals.has(column)),
    )
    const rows = fresh.map((row) => {
      const before = row.columns.reduce((sum, column) => sum + (totals.get(column) ?? 0), 0)
      return [row, before + (offsets.get(row.key) ?? 0)] as const
    })
    if (this.#isRead()) this.#beginnings.add(sheet.target.id, rows)
    return { sheet, timeMs: timestampMs - beforeMs, rows }
  }

  *#encode(entries: Iterable<Entry>): Generator<Chunk | undefined> {
    const { clock, telemetry } = this.#context
    const writer = new ChunkWriter('rows', () => clock.wallMs())
    for (const { sheet, timeMs, rows } of entries) {
      const parts = lineParts(sheet, { timeMs, cluster: this.#cluster })
      let written = 0
      for (const [column, val] of rows) {
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

/** Who reads once a minute may miss a few. */
const readWithinMs = 300_000

/** How long before the page that showed it first the beginning of a series is dated: not before any other page of the target. */
const beforeMs = 1

function* valsOf(sheet: Sheet, offsets: Offsets): Generator<readonly [RowColumn, val: number]> {
  const isPlain = offsets.size === 0
  for (const column of rowColumnsOf(sheet.names)) {
    const total = totalOf(sheet, column)
    yield [column, isPlain ? total : total + (offsets.get(column.key) ?? 0)]
  }
}

interface Leaving {
  readonly sheet: Sheet
  readonly offsets: Offsets
  /** The target's sheet now, where only series left. */
  readonly now: Sheet | undefined
  readonly wallMs: number
}

/** What series counted since the last round that are gone now; and that nothing of them is open any more. */
function lastEntries({ sheet, offsets, now, wallMs }: Leaving): Entry[] {
  const { timestampMs } = sheet
  const stays = new Set(now && rowColumnsOf(now.names).map(({ key }) => key))
  const last = [...valsOf(sheet, offsets)].filter(([{ key }]) => !stays.has(key))
  const closed = last.filter(([{ isGauge }]) => isGauge).map(([column]) => [column, 0] as const)
  return [
    { sheet, timeMs: timestampMs, rows: last },
    { sheet, timeMs: Math.max(wallMs, timestampMs + 1), rows: closed },
  ]
}
