import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Store, type Writing } from '../../src/state/store.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-test-'))
  file = join(folder, 'state.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const layout = (id: string) => ({ id, text: `[["group",["${id}"]]]`, length: 1 })
const target = (id: string, of: string) => ({ id, layout: of, values: Float64Array.of(1, 2), rest: '{}' })
const nothing: Writing = {
  sums: new Float64Array(0),
  movedWallMs: new Float64Array(0),
  newCells: [],
  firstNewCell: 0,
  layouts: [],
  targets: [],
  released: [],
  texts: {},
}

it('gives back what was committed, by whoever opens it next', () => {
  const cell = { kpi: 'mesh_requests_total', edge: { direction: 'outbound' }, labels: { response_code: '200' } }
  const first = new Store(file)
  first.commit({
    ...nothing,
    sums: Float64Array.of(7),
    movedWallMs: Float64Array.of(9),
    newCells: [cell],
    layouts: [layout('l')],
    targets: [target('a', 'l')],
    texts: { watches: 'w' },
  })
  first.close()
  const second = new Store(file)
  expect(second.load()).toEqual({
    cells: [cell],
    sums: Float64Array.of(7),
    movedWallMs: Float64Array.of(9),
    hidden: [],
    targets: [{ id: 'a', layout: layout('l'), values: Float64Array.of(1, 2), rest: '{}' }],
    watches: 'w',
  })
  second.close()
})

it('holds nothing of a commit that failed', () => {
  const store = new Store(file)
  const broken = { ...nothing, texts: { watches: 'new' }, layouts: [{ ...layout('l'), text: null as unknown as string }] }
  expect(() => store.commit(broken)).toThrow('NOT NULL')
  expect(store.load()).toBeUndefined()
  store.close()
})

it('drops layouts that no target has any more, and says so, since they may come back', () => {
  const store = new Store(file)
  store.commit({ ...nothing, layouts: [layout('old')], targets: [target('a', 'old'), target('b', 'old')] })
  expect(store.commit({ ...nothing, layouts: [layout('new')], targets: [target('a', 'new')] })).toEqual([])
  expect(store.commit({ ...nothing, released: ['b'] })).toEqual(['old'])
  store.close()
})

it('is refused to a second one', () => {
  const store = new Store(file)
  expect(() => new Store(file)).toThrow('locked')
  store.close()
})

it('does not touch the file of a newer version', () => {
  const store = new Store(file)
  store.close()
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  const newer = new DatabaseSync(file)
  newer.exec('PRAGMA user_version = 99')
  newer.close()
  expect(() => new Store(file)).toThrow('version 99')
})
