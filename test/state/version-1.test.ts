import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pastOf } from '../../src/aggregate/records.ts'
import { readNotes } from '../../src/discover/notes.ts'
import { podsIn } from '../../src/relabel/notes.ts'
import { Store } from '../../src/state/store.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'version-1-test-'))
  file = join(folder, 'state.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const schema = `
  CREATE TABLE texts (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE layouts (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE targets (id TEXT PRIMARY KEY, layout TEXT NOT NULL, figures BLOB NOT NULL, rest TEXT NOT NULL) STRICT;
  CREATE TABLE cells (number INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE sums (number INTEGER PRIMARY KEY, figures BLOB NOT NULL) STRICT;
  CREATE TABLE moved (number INTEGER PRIMARY KEY, figures BLOB NOT NULL) STRICT;
  PRAGMA user_version = 1;
`
const cells = [
  { kpi: 'a', edge: { to: 'x' }, labels: {} },
  { kpi: 'b', edge: { to: 'y' }, labels: { response_code: '200' } },
  { kpi: 'c', edge: { to: 'x' }, labels: {}, part: 'bucket', le: null },
]
const monitored = { namespaces: ['shop'], configVersion: '7' }
const scopes = [
  [
    'shop',
    true,
    [
      ['uid-1', true, [['uid-1:15010', true]]],
      ['uid-2', false, []],
    ],
  ],
  ['new', false, []],
]
const names = [
  { namespace: 'shop', name: 'web-1', uid: 'uid-1', controller: { kind: 'ReplicaSet', name: 'web' } },
  { namespace: 'shop', name: 'bare', uid: 'uid-2' },
]
const life = { born: false, bornGroups: ['x'], answered: ['whole'], process: 'c1', told: 'nobody', fallen: [], uptime: 50, epoch: null }
const memory = [['x', [['key', null, 7]]]]
const bytes = (...figures: number[]) => new Uint8Array(Float64Array.from(figures).buffer)

it('a file of version 1 is taken over whole, by whoever wrote its notes too', () => {
  const old = new DatabaseSync(file)
  old.exec(schema)
  for (const [name, text] of Object.entries({ watches: { monitored, scopes }, names, hidden: [2] }))
    old.prepare('INSERT INTO texts VALUES (?, ?)').run(name, JSON.stringify(text))
  for (const [number, cell] of cells.entries()) old.prepare('INSERT INTO cells VALUES (?, ?)').run(number, JSON.stringify(cell))
  old.prepare('INSERT INTO sums VALUES (0, ?)').run(bytes(1, 2, 3))
  old.prepare('INSERT INTO moved VALUES (0, ?)').run(bytes(100, 200, 100))
  old.prepare('INSERT INTO layouts VALUES (?, ?)').run('l', '[]')
  old.prepare('INSERT INTO targets VALUES (?, ?, ?, ?)').run('uid-1:15010', 'l', bytes(4, 5), JSON.stringify({ life, memory }))
  old.close()

  new Store(file).close()
  const store = new Store(file) // and stays as it became
  const restored = store.load()
  store.close()
  expect(restored).toMatchObject({
    cells,
    sums: Float64Array.of(1, 2, 3),
    movedWallMs: Float64Array.of(100, 200, 100),
    hidden: [2],
    targets: [{ id: 'uid-1:15010', layout: { id: 'l', text: '[]', length: 1 }, values: Float64Array.of(4, 5) }],
  })
  const past = restored?.targets.map(pastOf)[0]?.[1]
  expect(past?.life.record()).toEqual({ ...life, uptime: [50, Number.NaN], epoch: Number.NaN })
  expect(past?.memory.record()).toEqual([['x', [['key', Number.NaN, 7]]]])
  expect(readNotes(restored?.notes.discover ?? new Map())).toEqual({
    monitored,
    watches: {
      synced: new Set(['shop']),
      lives: new Map([
        ['uid-1', { watched: true, targets: new Map([['uid-1:15010', true]]) }],
        ['uid-2', { watched: false, targets: new Map() }],
      ]),
    },
  })
  expect(podsIn(restored?.notes.relabel ?? new Map())).toEqual(names)
  expect([...(restored?.notes.relabel.keys() ?? [])]).toEqual(['shop/web-1/ReplicaSet/web', 'shop/bare/undefined/undefined'])
})

it('a file of version 1 in which nothing was committed yet is one of version 2', () => {
  const old = new DatabaseSync(file)
  old.exec(schema)
  old.close()
  const store = new Store(file)
  expect(store.load()).toBeUndefined()
  store.close()
})
