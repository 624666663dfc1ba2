import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Committed } from '../../src/model/cell.ts'
import type { NoteChanges, Restored, TargetRecord } from '../../src/model/record.ts'
import { openState } from '../../src/state/durable.ts'
import type { Changes, State } from '../../src/state/state.ts'
import { StateThread } from '../../src/state/state-thread.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { testTelemetry } from '../support/telemetry.ts'

/** What a state keeps through everything that can befall its disk. A cell is named by its KPI, each an edge of its own. */
let folder: string
let clock: FakeClock
let telemetry: ReturnType<typeof testTelemetry>
const opened: State[] = []

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'durable-test-')), 'state')
  clock = new FakeClock()
  telemetry = testTelemetry()
})
afterEach(async () => {
  for (const state of opened.splice(0)) await state.close()
  await rm(join(folder, '..'), { recursive: true, force: true })
})

async function open(): Promise<State> {
  const state = await openState(folder, { clock, telemetry, outbox: { limit: 2 ** 20, keep: 60_000 }, takers: [] })
  opened.push(state)
  return state
}

async function begin(): Promise<State> {
  const state = await open()
  expect(await state.load()).toBeUndefined()
  return state
}

/** Closes the state, and says what the next process finds. */
async function next(state: State): Promise<Restored | undefined> {
  await state.close()
  return (await open()).load()
}

interface Given {
  readonly generation?: number
  readonly sums?: Readonly<Record<string, number>>
  readonly hidden?: readonly number[]
  readonly targets?: Readonly<Record<string, string>>
  readonly released?: readonly string[]
  readonly discover?: Readonly<Record<string, string | undefined>>
}

function changes({ generation = 0, sums = {}, hidden = [], targets = {}, released = [], discover = {} }: Given): Changes {
  const cells = Object.keys(sums).map((name, index) => ({
    index,
    kpi: { name, type: 'counter' as const, help: '' },
    edge: { id: index, labels: { to: name } },
    labels: {},
  }))
  const committed: Committed = {
    numbering: { generation, cellsBefore: new Int32Array(0), edgesBefore: new Int32Array(0) },
    wallMs: clock.wallMs(),
    monotonicMs: clock.monotonicMs(),
    sums: Float64Array.from(Object.values(sums)),
    cells,
    live: new Set(),
    movedMs: new Float64Array(cells.length),
    hidden: new Set(hidden),
  }
  const notes: NoteChanges = new Map(Object.entries(discover))
  return {
    committed,
    targets: Object.entries(targets).map(record),
    released,
    notes: { discover: notes, relabel: new Map(), rows: new Map() },
    chunks: [],
  }
}

function record([id, rest]: [string, string]): TargetRecord {
  return { id, rest, layout: { id: 'layout', text: '[]', length: 1 }, values: Float64Array.of(1, 2) }
}

/** SQLite refuses it: a real failure of a commit. */
const unwritable = null as unknown as string

const read = (restored: Restored | undefined) => ({
  sums: Object.fromEntries(restored?.cells.map(({ kpi }, index) => [kpi, restored.sums[index]]) ?? []),
  edges: restored?.cells.map(({ edge }) => edge.to),
  hidden: restored?.hidden,
  targets: Object.fromEntries(restored?.targets.map(({ id, rest }) => [id, rest]) ?? []),
  discover: Object.fromEntries(restored?.notes.discover ?? []),
})

const told = () => telemetry.lines.map((line) => (JSON.parse(line) as { event: string }).event)
const unsafe = async () => Number(/^meshtelemetry_state_unsafe (\d)/m.exec(await telemetry.metrics.registry.metrics())?.[1])

describe('commit by commit', () => {
  it('keeps what is new or changed, and nothing of what is gone', async () => {
    const state = await begin()
    await state.commit(changes({ sums: { a: 1 }, targets: { t: '1', u: '1' }, discover: { x: '1', y: '1' } }))
    await state.commit(changes({ sums: { a: 2, b: 5 }, targets: { t: '2' }, released: ['u'], discover: { x: undefined, z: '1', y: '2' } }))
    expect(read(await next(state))).toEqual({
      sums: { a: 2, b: 5 },
      edges: ['a', 'b'],
      hidden: [],
      targets: { t: '2' },
      discover: { z: '1', y: '2' },
    })
  })

  it('goes on where the process before left: only what changes is written', async () => {
    const first = await begin()
    await first.commit(changes({ sums: { a: 1, b: 1 }, targets: { t: '1', u: '1' }, discover: { x: '1', y: '1' } }))
    await first.close()
    const second = await open()
    await second.load()
    await second.commit(changes({ sums: { b: 2 }, released: ['u'], discover: { x: undefined } }))
    expect(read(await next(second))).toEqual({ sums: { b: 2 }, edges: ['b'], hidden: [], targets: { t: '1' }, discover: { y: '1' } })
  })

  it('writes all cells anew when they are numbered anew', async () => {
    const state = await begin()
    await state.commit(changes({ sums: { a: 1, b: 2, c: 3 }, hidden: [1] }))
    await state.commit(changes({ generation: 1, sums: { b: 2, c: 4, d: 5 }, hidden: [0] }))
    await state.commit(changes({ generation: 1, sums: { b: 2, c: 5, d: 5, e: 1 }, hidden: [0] }))
    expect(read(await next(state))).toMatchObject({ sums: { b: 2, c: 5, d: 5, e: 1 }, edges: ['b', 'c', 'd', 'e'], hidden: [0] })
  })

  it('writes them anew also when the numbering changed while nothing could be written', async () => {
    const state = await begin()
    await state.commit(changes({ sums: { a: 1, b: 2 } }))
    await state.commit(changes({ generation: 1, sums: { b: 2 }, targets: { t: unwritable } }))
    clock.advance(5_000)
    await state.commit(changes({ generation: 1, sums: { b: 2, c: 1 }, targets: { t: '1' } }))
    expect(read(await next(state))).toMatchObject({ sums: { b: 2, c: 1 }, edges: ['b', 'c'], hidden: [] })
  })
})

describe('while a commit cannot be written', () => {
  it('owes it, says so once, tries again after five seconds, and then nothing is missing', async () => {
    const state = await begin()
    await state.commit(changes({ sums: { a: 1 }, targets: { t: '1', gone: '1' }, discover: { x: '1', y: '1' } }))
    await state.commit(changes({ sums: { a: 2 }, targets: { u: '2', bad: unwritable }, released: ['gone'], discover: { x: undefined } }))
    expect(await unsafe()).toBe(1)
    await state.commit(changes({ sums: { a: 3, b: 1 }, targets: { t: '3', bad: '4', brief: '1' }, discover: { y: '2', z: '1' } }))
    await state.commit(changes({ sums: { a: 3, b: 1 }, released: ['brief'], discover: { z: undefined } }))
    expect(await unsafe(), 'not tried yet').toBe(1)
    clock.advance(5_000)
    await state.commit(changes({ sums: { a: 4, b: 1 } }))
    expect(await unsafe()).toBe(0)
    expect(told()).toEqual(['state_unsafe', 'state_safe'])
    expect(read(await next(state))).toMatchObject({
      sums: { a: 4, b: 1 },
      targets: { t: '3', bad: '4', u: '2' },
      discover: { y: '2' },
    })
  })

  it('tries once more when it is closed', async () => {
    const state = await begin()
    await state.commit(changes({ sums: { a: 1 }, targets: { t: unwritable } }))
    await state.commit(changes({ sums: { a: 2 }, targets: { t: '2' } }))
    expect(read(await next(state))).toMatchObject({ sums: { a: 2 }, targets: { t: '2' } })
  })

  it('goes on with another thread when its own has ended', async () => {
    const asked = vi.spyOn(StateThread.prototype, 'ask')
    const state = await begin()
    await state.commit(changes({ sums: { a: 1 }, targets: { t: '1', u: '1' }, discover: { x: '1' } }))
    await (asked.mock.contexts.at(-1) as StateThread).end()
    asked.mockRestore()
    await state.commit(changes({ sums: { a: 2 }, targets: { t: '2' }, discover: { y: '1' } }))
    expect(told()).toEqual(['state_unsafe'])
    clock.advance(5_000)
    await state.commit(changes({ sums: { a: 3 }, released: ['u'], discover: { y: undefined } }))
    expect(told()).toEqual(['state_unsafe', 'state_safe'])
    expect(read(await next(state))).toMatchObject({ sums: { a: 3 }, targets: { t: '2' }, discover: { x: '1' } })
  })
})

describe('a file that was broken', () => {
  it.each(['{"life":', ''])('is moved aside when it says %j of a target, though SQLite sees nothing wrong with it', async (rest) => {
    const state = await begin()
    await state.commit(changes({ sums: { a: 1 }, targets: { t: rest } }))
    expect(await next(state)).toBeUndefined()
    expect(told()).toEqual(['state_moved_aside'])
  })
})

describe('where the file cannot be had at the start', () => {
  it('counts in memory, and writes everything as soon as it can', async () => {
    await writeFile(folder, 'a file where a folder should be')
    const state = await begin()
    expect(told()).toEqual(['state_unsafe'])
    expect(await unsafe()).toBe(1)
    await state.commit(changes({ sums: { a: 1 }, targets: { t: '1' }, discover: { x: '1' } }))
    await rm(folder)
    await state.commit(changes({ sums: { a: 2 } }))
    expect(existsSync(folder), 'not tried yet').toBe(false)
    clock.advance(5_000)
    await state.commit(changes({ sums: { a: 3 } }))
    expect(told()).toEqual(['state_unsafe', 'state_safe'])
    expect(read(await next(state))).toMatchObject({ sums: { a: 3 }, targets: { t: '1' }, discover: { x: '1' } })
  })

  it('moves an earlier state aside that it finds later: what was shown since does not fall, and is not added to it', async () => {
    const before = await begin()
    await before.commit(changes({ sums: { a: 1_000 }, targets: { old: '1' }, discover: { old: '1' } }))
    await before.close()
    const away = `${folder}-away`
    await rename(folder, away)
    await writeFile(folder, 'not mounted yet')
    const state = await begin()
    await state.commit(changes({ sums: { a: 1 } }))
    await rm(folder)
    await rename(away, folder)
    clock.advance(5_000)
    await state.commit(changes({ sums: { a: 2 } }))
    expect(told()).toEqual(['state_unsafe', 'state_superseded', 'state_safe'])
    expect((await readdir(folder)).some((name) => /^mesh-telemetry\.db\.\d{4}-/.test(name))).toBe(true)
    expect(read(await next(state))).toMatchObject({ sums: { a: 2 }, targets: {}, discover: {} })
  })

  it('moves a broken one aside that it finds later', async () => {
    await writeFile(folder, 'not mounted yet')
    const state = await begin()
    await rm(folder)
    await mkdir(folder)
    await writeFile(join(folder, 'mesh-telemetry.db'), 'no database '.repeat(1_000))
    clock.advance(5_000)
    await state.commit(changes({ sums: { a: 2 } }))
    expect(told()).toEqual(['state_unsafe', 'state_moved_aside', 'state_safe'])
    expect(read(await next(state))).toMatchObject({ sums: { a: 2 } })
  })

  it('leaves one alone that another process has by then', async () => {
    await writeFile(folder, 'not mounted yet')
    const state = await begin()
    await rm(folder)
    const other = await begin()
    await other.commit(changes({ sums: { a: 7 } }))
    clock.advance(5_000)
    await state.commit(changes({ sums: { a: 2 } }))
    expect(told()).toEqual(['state_unsafe'])
    expect(read(await next(other))).toMatchObject({ sums: { a: 7 } })
  })
})
