import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { CellRecord, Layout, Restored } from '../model/record.ts'

/** What the tables mean. Another number is another version's: such a file is not touched. */
const schemaVersion = 1

const schema = `
  CREATE TABLE IF NOT EXISTS texts (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS layouts (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS targets (id TEXT PRIMARY KEY, layout TEXT NOT NULL, figures BLOB NOT NULL, rest TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS cells (number INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS sums (number INTEGER PRIMARY KEY, figures BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS moved (number INTEGER PRIMARY KEY, figures BLOB NOT NULL) STRICT;
`

/** Cells whose sums share a row: small enough that a commit writes little beside what changed. */
const cellsPerRow = 512

const noFigures = new Float64Array(0)

/** One commit, as it reaches the store. */
export interface Writing {
  readonly sums: Float64Array
  readonly movedWallMs: Float64Array
  /** From `firstNewCell` on; from 0 on they take the place of all cells that are kept, which may have had other numbers. */
  readonly newCells: readonly CellRecord[]
  readonly firstNewCell: number
  readonly layouts: readonly Layout[]
  readonly targets: readonly { readonly id: string; readonly layout: string; readonly values: Float64Array; readonly rest: string }[]
  readonly released: readonly string[]
  /** By name, where they changed: `watches`, `names`, `hidden`. */
  readonly texts: Readonly<Record<string, string>>
}

/** The state's file. Synchronous: it lives in a worker. Every method throws what SQLite throws. */
export class Store {
  readonly #database: DatabaseSync
  readonly #put: Readonly<Record<'text' | 'layout' | 'target' | 'cell' | 'sums' | 'moved' | 'release', StatementSync>>
  /** What the rows hold, to write only those that change. */
  #sums: Float64Array = new Float64Array(0)
  #moved: Float64Array = new Float64Array(0)

  /** Opens the file for this process alone; fails when another one has it, when it is corrupt, or of another version. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 0 })
    this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE; COMMIT')
    const { user_version: version } = this.#database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version > schemaVersion) throw new Error(`it is of version ${version}; this program writes version ${schemaVersion}`)
    this.#database.exec(`${schema}; PRAGMA user_version = ${schemaVersion}`)
    const put = (table: string, columns: string) =>
      this.#database.prepare(
        `INSERT OR REPLACE INTO ${table} VALUES (${columns
          .split(' ')
          .map(() => '?')
          .join(', ')})`,
      )
    this.#put = {
      text: put('texts', 'name text'),
      layout: put('layouts', 'id text'),
      target: put('targets', 'id layout figures rest'),
      cell: put('cells', 'number record'),
      sums: put('sums', 'number figures'),
      moved: put('moved', 'number figures'),
      release: this.#database.prepare('DELETE FROM targets WHERE id = ?'),
    }
  }

  /** Everything that is kept; `undefined` when nothing was ever committed. */
  load(): Restored | undefined {
    this.#dropLayouts()
    const texts = new Map(this.#all<{ name: string; text: string }>('SELECT name, text FROM texts').map(({ name, text }) => [name, text]))
    const cells = this.#all<{ record: string }>('SELECT record FROM cells ORDER BY number').map(
      ({ record }) => JSON.parse(record) as CellRecord,
    )
    if (cells.length === 0 && texts.size === 0) return undefined
    const watches = texts.get('watches')
    const names = texts.get('names')
    return {
      cells,
      sums: this.#column('sums', cells.length),
      movedWallMs: this.#column('moved', cells.length),
      hidden: JSON.parse(texts.get('hidden') ?? '[]') as number[],
      targets: this.#targets(),
      ...(watches !== undefined && { watches }),
      ...(names !== undefined && { names }),
    }
  }

  /**
   * Writes all of it, or nothing.
   *
   * @returns ids of layouts that no target has any more: they are gone, and are to be written again if they come back
   */
  commit(writing: Writing): readonly Layout['id'][] {
    let dropped: readonly Layout['id'][] = []
    this.#database.exec('BEGIN')
    try {
      this.#write(writing)
      if (writing.released.length > 0 || writing.layouts.length > 0) dropped = this.#dropLayouts()
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
    this.#sums = writing.sums
    this.#moved = writing.movedWallMs
    return dropped
  }

  close(): void {
    this.#database.close()
  }

  #write({ sums, movedWallMs, newCells, firstNewCell, layouts, targets, released, texts }: Writing): void {
    for (const [name, text] of Object.entries(texts)) this.#put.text.run(name, text)
    for (const { id, text } of layouts) this.#put.layout.run(id, text)
    for (const { id, layout, values, rest } of targets) this.#put.target.run(id, layout, bytesOf(values), rest)
    for (const id of released) this.#put.release.run(id)
    if (firstNewCell === 0) this.#database.exec('DELETE FROM cells; DELETE FROM sums; DELETE FROM moved')
    const kept = firstNewCell === 0 ? { sums: noFigures, moved: noFigures } : { sums: this.#sums, moved: this.#moved }
    for (const [offset, cell] of newCells.entries()) this.#put.cell.run(firstNewCell + offset, JSON.stringify(cell))
    writeChanged(this.#put.sums, kept.sums, sums)
    writeChanged(this.#put.moved, kept.moved, movedWallMs)
  }

  #dropLayouts(): readonly Layout['id'][] {
    return this.#all<{ id: string }>('DELETE FROM layouts WHERE id NOT IN (SELECT layout FROM targets) RETURNING id').map(({ id }) => id)
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

  #column(table: 'sums' | 'moved', length: number): Float64Array {
    const column = new Float64Array(length)
    for (const { number, figures } of this.#all<{ number: number; figures: Uint8Array }>(`SELECT number, figures FROM ${table}`))
      column.set(floatsOf(figures).subarray(0, Math.max(0, length - number * cellsPerRow)), number * cellsPerRow)
    return column
  }

  #all<T>(query: string): T[] {
    return this.#database.prepare(query).all() as T[]
  }
}

/** Writes the rows of a column that differ from what is kept. */
function writeChanged(put: StatementSync, kept: Float64Array, now: Float64Array): void {
  for (let from = 0; from < now.length; from += cellsPerRow) {
    const row = bytesOf(now.subarray(from, from + cellsPerRow))
    if (Buffer.compare(row, bytesOf(kept.subarray(from, from + cellsPerRow))) !== 0) put.run(from / cellsPerRow, row)
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength)
/** A copy: what SQLite hands out need not lie where a double may. */
const floatsOf = (bytes: Uint8Array): Float64Array<ArrayBuffer> => new Float64Array(Uint8Array.from(bytes).buffer)
