import type { DatabaseSync } from 'node:sqlite'

const identity = ['namespace', 'name', 'controller.kind', 'controller.name']
  .map((path) => `ifnull(json_extract(pod.value, '$.${path}'), 'undefined')`)
  .join(" || '/' || ")

/** Notes were two texts, written whole; edges and their times stood with each of their cells; an uptime stood without the time of its page. */
const changes = `
  CREATE TABLE notes (taker TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (taker, key)) STRICT;
  INSERT INTO notes SELECT 'discover', 'monitored', json_extract(text, '$.monitored')
    FROM texts WHERE name = 'watches' AND json_extract(text, '$.monitored') IS NOT NULL;
  INSERT INTO notes SELECT 'discover', 'scope ' || json_extract(scope.value, '$[0]'), 'synced'
    FROM texts, json_each(text, '$.scopes') AS scope WHERE texts.name = 'watches' AND json_extract(scope.value, '$[1]');
  INSERT OR REPLACE INTO notes SELECT 'discover', 'pod ' || json_extract(life.value, '$[0]'), json_remove(life.value, '$[0]')
    FROM texts, json_each(text, '$.scopes') AS scope, json_each(scope.value, '$[2]') AS life WHERE texts.name = 'watches';
  INSERT OR REPLACE INTO notes SELECT 'relabel', ${identity}, pod.value FROM texts, json_each(text) AS pod WHERE texts.name = 'names';
  DELETE FROM texts WHERE name IN ('watches', 'names');
  UPDATE targets SET rest = json_set(rest, '$.life.uptime', json_array(json_extract(rest, '$.life.uptime'), NULL));

  CREATE TABLE edges (number INTEGER PRIMARY KEY, labels TEXT NOT NULL) STRICT;
  ALTER TABLE cells ADD COLUMN edge INTEGER NOT NULL DEFAULT 0;
`

/** Times shared a row by this many cells. */
const cellsPerRow = 512

/** Brings a file of version 1 to version 2; nothing of it is lost. Within the caller's transaction. */
export function fromVersion1(database: DatabaseSync): void {
  database.exec(changes)
  const cells = database.prepare('SELECT number, record FROM cells ORDER BY number').all() as { number: number; record: string }[]
  const rows = database.prepare('SELECT number, figures FROM moved').all() as { number: number; figures: Uint8Array }[]
  const movedOf = new Map(rows.map(({ number, figures }) => [number, new Float64Array(Uint8Array.from(figures).buffer)]))
  const numbers = new Map<string, number>()
  const moved: number[] = []
  const putCell = database.prepare('UPDATE cells SET record = ?, edge = ? WHERE number = ?')
  const putEdge = database.prepare('INSERT INTO edges VALUES (?, ?)')
  for (const { number, record } of cells) {
    const { edge, ...rest } = JSON.parse(record) as Readonly<Record<string, unknown>>
    const labels = JSON.stringify(edge)
    const known = numbers.get(labels)
    const edgeNumber = known ?? numbers.size
    if (known === undefined) {
      numbers.set(labels, edgeNumber)
      putEdge.run(edgeNumber, labels)
      moved.push(movedOf.get(Math.floor(number / cellsPerRow))?.[number % cellsPerRow] ?? 0)
    }
    putCell.run(JSON.stringify(rest), edgeNumber, number)
  }
  database.exec('DELETE FROM moved')
  const putMoved = database.prepare('INSERT INTO moved VALUES (?, ?)')
  for (let from = 0; from < moved.length; from += cellsPerRow)
    putMoved.run(from / cellsPerRow, new Uint8Array(Float64Array.from(moved.slice(from, from + cellsPerRow)).buffer))
}
