import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { CellRecord, Layout, NoteTaker, Restored } from '../model/record.ts'
import { type FiledChunk, OutboxTables, type OutboxWriting } from './outbox-tables.ts'
import { completeTables, prepareTables } from './tables.ts'

/** Cells whose sums share a row, and edges whose times do: small enough that a commit writes little beside what changed. */
const numbersPerRow = 512

/** What a commit writes, or a part of it. */
export interface Writing {
  /** All cells and edges that are kept go first: they may have had other numbers. */
  readonly isAnew?: boolean
  /** Labels as JSON. */
  readonly edges?: readonly { readonly number: number; readonly labels: string }[]
  /** Without their edges, as JSON. */
  readonly cells?: readonly { readonly number: number; readonly edge: number; readonly record: string }[]
  /** All hidden cells, where they changed. */
  readonly hidden?: readonly number[]
  readonly layouts?: readonly Layout[]
  readonly targets?: readonly { readonly id: string; readonly layout: string; readonly values: Float64Array; readonly rest: string }[]
  readonly released?: readonly string[]
  /** One without a text is crossed out. */
  readonly notes?: readonly { readonly taker: NoteTaker; readonly key: string; readonly text?: string }[]
  readonly columns?: Columns
  readonly outbox?: OutboxWriting
}

interface Columns {
  /** By cell. */
  readonly sums: Float64Array
  /** Wall time of each edge's last movement, by its number. */
  readonly movedWallMs: Float64Array
}

/** SQLite's own. */
const pageBytes = 4_096
const fewestLogPages = 16

const noColumns: Columns = { sums: new Float64Array(0), movedWallMs: new Float64Array(0) }

/** The state's file. Synchronous: it lives in a worker. Every method throws what SQLite throws. */
export class Store {
  readonly #database: DatabaseSync
  readonly #put: Readonly<Record<'hidden' | 'note' | 'layout' | 'target' | 'edge' | 'cell' | 'sums' | 'moved', StatementSync>>
  readonly #delete: Readonly<Record<'note' | 'target', StatementSync>>
  readonly #outbox: OutboxTables
  /** What the rows hold, to write only those that change; `now` while a commit is not whole yet. */
  #columns = { committed: noColumns, now: noColumns }

  /** A layout may be left without a target; the process before can have left one, too. */
  #mayDrop = true

  /** Opens the file for this process alone; fails when another one has it, when it is corrupt, or of another version. */
  constructor(file: string) {
    const database = new DatabaseSync(file, { timeout: 0 })
    this.#database = database
    try {
      prepareTables(database)
      database.exec(`PRAGMA wal_autocheckpoint = ${logPages(file)}`)
      this.#put = {
        hidden: database.prepare("INSERT OR REPLACE INTO texts VALUES ('hidden', ?)"),
        note: database.prepare('INSERT OR REPLACE INTO notes VALUES (?, ?, ?)'),
        layout: database.prepare('INSERT OR REPLACE INTO layouts VALUES (?, ?)'),
        target: database.prepare('INSERT OR REPLACE INTO targets VALUES (?, ?, ?, ?)'),
        edge: database.prepare('INSERT OR REPLACE INTO edges VALUES (?, ?)'),
        cell: database.prepare('INSERT OR REPLACE INTO cells VALUES (?, ?, ?)'),
        sums: database.prepare('INSERT OR REPLACE INTO sums VALUES (?, ?)'),
        moved: database.prepare('INSERT OR REPLACE INTO moved VALUES (?, ?)'),
      }
      this.#delete = {
        note: database.prepare('DELETE FROM notes WHERE taker = ? AND key = ?'),
        target: database.prepare('DELETE FROM targets WHERE id = ?'),
      }
      this.#outbox = new OutboxTables(database)
    } catch (error) {
      database.close() // else its lock would stay
      throw error
    }
  }

  /** Whether nothing was ever committed. */
  get isEmpty(): boolean {
    return ['cells', 'targets', 'notes', 'chunks'].every((table) => this.#all(`SELECT 1 FROM ${table} LIMIT 1`).length === 0)
  }

  /** Everything that is kept; `undefined` when nothing was ever committed. Writes nothing, so that a full disk can be read. */
  load(): Restored | undefined {
    if (this.isEmpty) return undefined
    this.#requireReadable()
    const edges = new Map(
      this.#all<{ number: number; labels: string }>('SELECT number, labels FROM edges').map(({ number, labels }) => [
        number,
        JSON.parse(labels) as CellRecord['edge'],
      ]),
    )
    const cells = this.#all<{ edge: number; record: string }>('SELECT edge, record FROM cells ORDER BY number')
    const lastEdge = [...edges.keys()].reduce((last, number) => Math.max(last, number), 0) // more than a call takes arguments
    const moved = this.#column('moved', lastEdge + 1)
    const [hidden] = this.#all<{ text: string }>("SELECT text FROM texts WHERE name = 'hidden'")
    return {
      cells: cells.map(({ edge, record }) => ({ ...(JSON.parse(record) as Omit<CellRecord, 'edge'>), edge: edges.get(edge) ?? {} })),
      sums: this.#column('sums', cells.length),
      movedWallMs: Float64Array.from(cells, ({ edge }) => moved[edge] ?? 0),
      hidden: JSON.parse(hidden?.text ?? '[]') as number[],
      targets: this.#targets(),
      notes: { discover: this.#notes('discover'), relabel: this.#notes('relabel'), rows: this.#notes('rows') },
    }
  }

  /** Writes a part of a commit. When it throws, nothing is left of the parts before either. */
  write(writing: Writing): void {
    this.#orNothing(() => {
      if (!this.#database.isTransaction) {
        this.#database.exec('BEGIN')
        completeTables(this.#database)
      }
      this.#writeCells(writing)
      this.#writeRows(writing)
      if (writing.outbox) this.#outbox.write(writing.outbox)
    })
  }

  /**
   * Makes all parts since the last commit one, which holds whatever happens; or else nothing is left of them.
   *
   * @returns ids of layouts that no target has any more: they are gone, and are to be written again if they come back
   */
  commit(): readonly Layout['id'][] {
    return this.#orNothing(() => {
      const dropped = this.#mayDrop ? this.#dropLayouts() : []
      this.#database.exec('COMMIT')
      this.#mayDrop = false
      this.#columns = { ...this.#columns, committed: this.#columns.now }
      return dropped
    })
  }

  /** What destinations have not got, oldest first. */
  filed(): readonly FiledChunk[] {
    return this.#outbox.filed()
  }

  /** As it was written: compressed. */
  chunkBody(id: FiledChunk['id']): Uint8Array | undefined {
    return this.#outbox.body(id)
  }

  close(): void {
    this.#database.close()
  }

  #orNothing<T>(task: () => T): T {
    try {
      return task()
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      this.#columns = { ...this.#columns, now: this.#columns.committed }
      this.#emptyLog()
      throw error
    }
  }

  /** Its room can be used again, where what is in it has a place in the file: on a full disk there is no other. */
  #emptyLog(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    } catch {
      // it stays as it is, and whoever writes next is told why
    }
  }

  #writeCells({ isAnew, edges = [], cells = [], hidden, columns }: Writing): void {
    if (isAnew) {
      this.#database.exec('DELETE FROM edges; DELETE FROM cells; DELETE FROM sums; DELETE FROM moved')
      this.#columns = { ...this.#columns, now: noColumns }
    }
    for (const { number, labels } of edges) this.#put.edge.run(number, labels)
    for (const { number, edge, record } of cells) this.#put.cell.run(number, record, edge)
    if (hidden) this.#put.hidden.run(JSON.stringify(hidden))
    if (!columns) return
    writeChanged(this.#put.sums, this.#columns.now.sums, columns.sums)
    writeChanged(this.#put.moved, this.#columns.now.movedWallMs, columns.movedWallMs)
    this.#columns = { ...this.#columns, now: columns }
  }

  #writeRows({ layouts = [], targets = [], released = [], notes = [] }: Writing): void {
    this.#mayDrop ||= layouts.length > 0 || released.length > 0
    for (const { id, text } of layouts) this.#put.layout.run(id, text)
    for (const { id, layout, values, rest } of targets) this.#put.target.run(id, layout, bytesOf(values), rest)
    for (const id of released) this.#delete.target.run(id)
    for (const { taker, key, text } of notes) {
      if (text === undefined) this.#delete.note.run(taker, key)
      else this.#put.note.run(taker, key, text)
    }
  }

  #dropLayouts(): readonly Layout['id'][] {
    return this.#all<{ id: string }>('DELETE FROM layouts WHERE id NOT IN (SELECT layout FROM targets) RETURNING id').map(({ id }) => id)
  }

  /** SQLite notices when its own structure is broken, not when a text within it is. */
  #requireReadable(): void {
    const [broken] = this.#all(
      'SELECT 1 FROM targets JOIN layouts ON layouts.id = layout WHERE NOT json_valid(rest) OR NOT json_valid(text)',
    )
    if (broken) throw new Error('what it says of a target is cut or garbled')
  }

  #targets(): Restored['targets'] {
    const rows = this.#all<{ id: string; layout: string; text: string; figures: Uint8Array; rest: string }>(
      'SELECT targets.id, layout, text, figures, rest FROM targets JOIN layouts ON layouts.id = layout',
    )
    const layouts = new Map<string, Layout>()
    return rows.map(({ id, layout, text, figures, rest }) => {
      const values = floatsOf(figures)
      const known = layouts.get(layout) ?? { id: layout, text, length: values.length / 2 }
      layouts.set(layout, known)
      return { id, layout: known, values, rest }
    })
  }

  /** A note that is written again gets a new row, so they come in the order in which they were written. */
  #notes(taker: NoteTaker): Map<string, string> {
    const rows = this.#database.prepare('SELECT key, text FROM notes WHERE taker = ? ORDER BY rowid').all(taker)
    return new Map((rows as { key: string; text: string }[]).map(({ key, text }) => [key, text]))
  }

  #column(table: 'sums' | 'moved', length: number): Float64Array {
    const column = new Float64Array(length)
    for (const { number, figures } of this.#all<{ number: number; figures: Uint8Array }>(`SELECT number, figures FROM ${table}`))
      column.set(floatsOf(figures).subarray(0, Math.max(0, length - number * numbersPerRow)), number * numbersPerRow)
    return column
  }

  #all<T>(query: string): T[] {
    return this.#database.prepare(query).all() as T[]
  }
}

/** How long the log gets before it is carried over, in pages: SQLite's own 1,000, less on a small disk, of which it is not to take more than an eighth. */
function logPages(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file))
  return Math.max(fewestLogPages, Math.min(1_000, Math.floor((bavail * bsize) / 8 / pageBytes)))
}

/** Writes the rows of a column that differ from what is kept. */
function writeChanged(put: StatementSync, kept: Float64Array, now: Float64Array): void {
  for (let from = 0; from < now.length; from += numbersPerRow) {
    const row = bytesOf(now.subarray(from, from + numbersPerRow))
    if (Buffer.compare(row, bytesOf(kept.subarray(from, from + numbersPerRow))) !== 0) put.run(from / numbersPerRow, row)
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength)
/** A copy: what SQLite hands out need not lie where a double may. */
const floatsOf = (bytes: Uint8Array): Float64Array<ArrayBuffer> => new Float64Array(Uint8Array.from(bytes).buffer)
