import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
function commit(store: Store, ...parts: Writing[]): readonly string[] {
  for (const part of parts) store.write(part)
  return store.commit()
}

it('gives back what was committed, by whoever opens it next', () => {
  const record = { kpi: 'mesh_requests_total', labels: { response_code: '200' } }
  const edge = { direction: 'outbound' }
  const first = new Store(file)
  commit(
    first,
    { isAnew: true, edges: [{ number: 0, labels: JSON.stringify(edge) }], cells: [{ number: 0, edge: 0, record: JSON.stringify(record) }] },
    { layouts: [layout('l')], targets: [target('a', 'l')], notes: [{ taker: 'discover', key: 'k', text: 'w' }] },
    { hidden: [0], columns: { sums: Float64Array.of(7), movedWallMs: Float64Array.of(9) } },
  )
  first.close()
  const second = new Store(file)
  expect(second.load()).toEqual({
    cells: [{ ...record, edge }],
    sums: Float64Array.of(7),
    movedWallMs: Float64Array.of(9),
    hidden: [0],
    targets: [{ id: 'a', layout: layout('l'), values: Float64Array.of(1, 2), rest: '{}' }],
    notes: { discover: new Map([['k', 'w']]), relabel: new Map(), rows: new Map() },
  })
  second.close()
})

it('holds nothing of a commit that failed, nor of its parts before', () => {
  const store = new Store(file)
  store.write({ notes: [{ taker: 'relabel', key: 'k', text: 'new' }] })
  expect(() => store.write({ layouts: [{ ...layout('l'), text: null as unknown as string }] })).toThrow('NOT NULL')
  expect(store.load()).toBeUndefined()
  store.close()
})

it('holds nothing of parts that were never committed', () => {
  const store = new Store(file)
  store.write({ notes: [{ taker: 'relabel', key: 'k', text: 'new' }] })
  store.close()
  const next = new Store(file)
  expect(next.load()).toBeUndefined()
  next.close()
})

it('writes a column again that a failed commit had written', () => {
  const store = new Store(file)
  const columns = { sums: Float64Array.of(5), movedWallMs: Float64Array.of(6) }
  const cell = { edges: [{ number: 0, labels: '{}' }], cells: [{ number: 0, edge: 0, record: '{}' }] }
  store.write({ isAnew: true, ...cell, columns })
  expect(() => store.write({ layouts: [{ ...layout('l'), text: null as unknown as string }] })).toThrow('NOT NULL')
  commit(store, { isAnew: true, ...cell, columns })
  expect(store.load()).toMatchObject({ sums: Float64Array.of(5), movedWallMs: Float64Array.of(6) })
  store.close()
})

it('drops layouts that no target has any more, and says so, since they may come back', () => {
  const store = new Store(file)
  commit(store, { layouts: [layout('old')], targets: [target('a', 'old'), target('b', 'old')] })
  expect(commit(store, { layouts: [layout('new')], targets: [target('a', 'new')] })).toEqual([])
  expect(commit(store, { released: ['b'] })).toEqual(['old'])
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

it('gives a cell the time at which its edge moved', () => {
  const store = new Store(file)
  const edges = [3, 600].map((number) => ({ number, labels: `{"n":"${number}"}` }))
  const cells = [600, 3, 600].map((edge, number) => ({ number, edge, record: '{"kpi":"k","labels":{}}' }))
  const columns = { sums: Float64Array.of(1, 2, 3), movedWallMs: Float64Array.from({ length: 601 }, (_, n) => n) }
  commit(store, { isAnew: true, edges, cells, columns })
  expect(store.load()).toMatchObject({
    movedWallMs: Float64Array.of(600, 3, 600),
    cells: ['600', '3', '600'].map((n) => ({ kpi: 'k', edge: { n }, labels: {} })),
  })
  store.close()
})

it('writes nothing when it is opened again and read, so that a full disk can be', () => {
  const first = new Store(file)
  commit(first, { layouts: [layout('left'), layout('l')], targets: [target('a', 'left'), target('b', 'l')] })
  commit(first, { targets: [target('a', 'l')] })
  first.close()
  const before = readFileSync(file)
  const again = new Store(file)
  expect(again.load()?.targets).toHaveLength(2)
  expect(existsSync(`${file}-wal`) && readFileSync(`${file}-wal`).length > 0).toBe(false)
  again.close()
  expect(readFileSync(file).equals(before)).toBe(true)
})

it('drops with its first commit what the process before left behind', () => {
  const first = new Store(file)
  commit(first, { layouts: [layout('left'), layout('l')], targets: [target('a', 'left'), target('b', 'l')] })
  commit(first, { targets: [target('a', 'l')] })
  first.close()
  const next = new Store(file)
  next.load()
  expect(commit(next, {})).toEqual(['left'])
  next.close()
})

it('is read also when it holds more edges than a function takes arguments', () => {
  const store = new Store(file)
  const all = Array.from({ length: 150_000 }, (_, number) => number)
  commit(store, {
    isAnew: true,
    edges: all.map((number) => ({ number, labels: '{}' })),
    cells: [{ number: 0, edge: all.length - 1, record: '{}' }],
    columns: { sums: Float64Array.of(1), movedWallMs: Float64Array.from(all) },
  })
  expect(store.load()?.movedWallMs).toEqual(Float64Array.of(all.length - 1))
  store.close()
})
