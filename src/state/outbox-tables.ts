import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Chunk } from '../model/chunk.ts'
import type { Taker } from '../model/outbox.ts'

/** A chunk as the file keeps it, once for all who wait for it. */
export interface FiledChunk extends Omit<Chunk, 'body'> {
  readonly id: number
  /** Of the compressed body. */
  readonly bytes: number
  readonly takers: readonly Taker['name'][]
}

/** What a commit writes of the outbox, or a part of it. Whatever it takes away goes first, so that a full file has room. */
export interface OutboxWriting {
  /** Who waits no longer for what; a chunk that nobody waits for goes. */
  readonly done?: readonly { readonly taker: Taker['name']; readonly id: number }[]
  readonly chunks?: readonly (FiledChunk & Pick<Chunk, 'body'>)[]
}

export const outboxSchema = `
  CREATE TABLE chunks (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, count INTEGER NOT NULL, made_ms REAL NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE TABLE waits (chunk INTEGER NOT NULL, taker TEXT NOT NULL, PRIMARY KEY (chunk, taker)) STRICT, WITHOUT ROWID;
`

/** The outbox's part of the state's file. Writes within the caller's transaction; every method throws what SQLite throws. */
export class OutboxTables {
  readonly #put: Readonly<Record<'chunk' | 'wait', StatementSync>>
  readonly #delete: Readonly<Record<'chunk' | 'wait', StatementSync>>
  readonly #read: Readonly<Record<'filed' | 'body', StatementSync>>

  constructor(database: DatabaseSync) {
    this.#put = {
      chunk: database.prepare('INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?)'),
      wait: database.prepare('INSERT OR REPLACE INTO waits VALUES (?, ?)'),
    }
    this.#delete = {
      wait: database.prepare('DELETE FROM waits WHERE chunk = ? AND taker = ?'),
      chunk: database.prepare('DELETE FROM chunks WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM waits WHERE chunk = ?1)'),
    }
    this.#read = {
      filed: database.prepare(
        `SELECT id, kind, count, made_ms AS madeMs, length(body) AS bytes, json_group_array(taker) AS takers
           FROM chunks JOIN waits ON waits.chunk = id GROUP BY id ORDER BY made_ms, id`,
      ),
      body: database.prepare('SELECT body FROM chunks WHERE id = ?'),
    }
  }

  write({ done = [], chunks = [] }: OutboxWriting): void {
    for (const { taker, id } of done) {
      this.#delete.wait.run(id, taker)
      this.#delete.chunk.run(id)
    }
    for (const { id, kind, count, madeMs, body, takers } of chunks) {
      this.#put.chunk.run(id, kind, count, madeMs, body)
      for (const taker of takers) this.#put.wait.run(id, taker)
    }
  }

  /** What waits, oldest first, without the bodies: they may be more than memory holds. */
  filed(): readonly FiledChunk[] {
    const rows = this.#read.filed.all() as unknown as (Omit<FiledChunk, 'takers'> & { readonly takers: string })[]
    return rows.map((row) => ({ ...row, takers: JSON.parse(row.takers) as string[] }))
  }

  body(id: FiledChunk['id']): Uint8Array | undefined {
    return (this.#read.body.get(id) as { body: Uint8Array } | undefined)?.body
  }
}
