import type { DatabaseSync } from 'node:sqlite'
import { outboxSchema } from './outbox-tables.ts'
import { fromVersion1 } from './version-1.ts'

/** What the tables mean. A file of a greater number is a newer version's: it is not touched. */
const schemaVersion = 3

const schema = `
  CREATE TABLE texts (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE notes (taker TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (taker, key)) STRICT;
  CREATE TABLE layouts (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE targets (id TEXT PRIMARY KEY, layout TEXT NOT NULL, figures BLOB NOT NULL, rest TEXT NOT NULL) STRICT;
  CREATE TABLE edges (number INTEGER PRIMARY KEY, labels TEXT NOT NULL) STRICT;
  CREATE TABLE cells (number INTEGER PRIMARY KEY, record TEXT NOT NULL, edge INTEGER NOT NULL) STRICT;
  CREATE TABLE sums (number INTEGER PRIMARY KEY, figures BLOB NOT NULL) STRICT;
  CREATE TABLE moved (number INTEGER PRIMARY KEY, figures BLOB NOT NULL) STRICT;
`

/** A file of the version before has no outbox. While it is only read it is given an empty one in memory, and its own with the first commit. */
const stopgap = `PRAGMA temp_store = MEMORY; ${outboxSchema.replaceAll('CREATE TABLE', 'CREATE TEMP TABLE')}`

/**
 * Takes the file for this process alone and sees to it that its tables are those of this version. Writes nothing where they are, or are those of the
 * version before, so that what was counted can be read from a full disk.
 *
 * @throws what SQLite throws, and for a file of a newer version
 */
export function prepareTables(database: DatabaseSync): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE')
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > schemaVersion) throw new Error(`it is of version ${version}; this program writes version ${schemaVersion}`)
  if (version === 0) database.exec(schema)
  if (version === 1) fromVersion1(database)
  if (version < 2) database.exec(`${outboxSchema} PRAGMA user_version = ${schemaVersion}`)
  database.exec('COMMIT')
  if (version === 2) database.exec(stopgap)
}

/** Called first in each transaction that writes: what `prepareTables` left for then. */
export function completeTables(database: DatabaseSync): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version === 2) database.exec(`DROP TABLE temp.chunks; DROP TABLE temp.waits; ${outboxSchema} PRAGMA user_version = ${schemaVersion}`)
}
