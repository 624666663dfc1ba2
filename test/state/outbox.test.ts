import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DropReason } from '../../src/model/outbox.ts'
import type { BacklogContext } from '../../src/state/backlog.ts'
import { openState } from '../../src/state/durable.ts'
import { memoryState, type State } from '../../src/state/state.ts'
import { StateThread, ThreadError } from '../../src/state/state-thread.ts'
import type { Question } from '../../src/state/worker.ts'
import { outboxContract } from '../contracts/outbox.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { committing, drained, rowsNamed } from '../support/outbox.ts'
import { testTelemetry } from '../support/telemetry.ts'

let folder: string
let opened: State[] = []
let telemetry: ReturnType<typeof testTelemetry>
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'outbox-test-')), 'state')
  telemetry = testTelemetry()
})
afterEach(async () => {
  for (const state of opened) await state.close()
  opened = []
  await rm(join(folder, '..'), { recursive: true, force: true })
})

async function openWith(context: BacklogContext): Promise<State> {
  const state = await openState(folder, { ...context, telemetry })
  opened.push(state)
  return state
}

describe('in memory', () => {
  outboxContract(async (context) => memoryState(context))
})
describe('in a file', () => {
  outboxContract(openWith)
})

const clock = new FakeClock()
const lost: [DropReason, number][] = []
beforeEach(() => (lost.length = 0))

async function open(names: readonly string[] = ['one', 'other']): Promise<State> {
  const takers = names.map((name) => ({ name, kind: 'rows' as const }))
  const state = await openWith({ clock, outbox: { limit: 2 ** 20, keep: 60_000 }, takers })
  await state.load()
  state.outbox.listen('one', { added: () => {}, lost: (reason, count) => lost.push([reason, count]) })
  return state
}
const rows = (...names: string[]) => rowsNamed(names, clock.wallMs())
/** Hears every question to the state's thread before it is asked; an error is the answer. */
function whenAsked(hear: (question: Question) => Error | undefined) {
  const ask = Reflect.get(StateThread.prototype, 'ask') as (this: StateThread, question: Question) => Promise<unknown>
  return vi.spyOn(StateThread.prototype, 'ask').mockImplementation(function (this: StateThread, question) {
    const error = hear(question)
    return error ? Promise.reject(error) : ask.call(this, question)
  })
}

const told = () => telemetry.lines.map((line) => (JSON.parse(line) as { event: string }).event)
const file = () => join(folder, 'mesh-telemetry.db')

/** What the next process finds, should this one be killed now: the file and its sidekick as they stand. */
async function killed(state: State): Promise<State> {
  const before = join(folder, '..', 'before')
  await rm(before, { recursive: true, force: true })
  await cp(folder, before, { recursive: true })
  await state.close()
  await rm(folder, { recursive: true })
  await rename(before, folder)
  return open()
}

describe('over restarts', () => {
  it('has what was committed and did not arrive, halves included', async () => {
    let state = await open()
    await state.commit(committing(rows('a', 'b'), rows('c')))
    const chunk = await state.outbox.next('one')
    await state.outbox.replace('one', chunk?.id ?? 0, [rows('a'), rows('b')])
    state.outbox.delivered('one', (await state.outbox.next('one'))?.id ?? 0)
    await state.commit(committing(rows('d')))
    state = await killed(state)
    expect(state.outbox.queued('one').count).toBe(3)
    await state.commit(committing(rows('e')))
    expect((await drained(state, 'one')).sort()).toEqual(['b', 'c', 'd', 'e'])
    expect(await drained(state, 'other')).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('repeats what arrived after the last commit before a crash, and not before an orderly end', async () => {
    let state = await open()
    await state.commit(committing(rows('a')))
    await drained(state, 'one')
    state = await killed(state)
    expect(await drained(state, 'one')).toEqual(['a'])
    await state.close()
    state = await open()
    expect(await drained(state, 'one')).toEqual([])
    expect(await drained(state, 'other')).toEqual(['a'])
  })

  it('repeats nothing that arrived while a commit was on its way', async () => {
    const state = await open(['one'])
    await state.commit(committing(rows('a')))
    const asked = whenAsked(({ ask }) => void (ask === 'commit' && state.outbox.delivered('one', 1)))
    await state.commit(committing(rows('b')))
    asked.mockRestore()
    await state.commit(committing())
    expect(await drained(await killed(state), 'one')).toEqual(['b'])
  })

  it('takes no room for what has arrived everywhere', async () => {
    const state = await open()
    await state.commit(committing(rows('a'), rows('b')))
    await drained(state, 'one')
    await drained(state, 'other')
    await state.close()
    const database = new DatabaseSync(file())
    const left = ['chunks', 'waits'].map((table) => database.prepare(`SELECT * FROM ${table}`).all())
    database.close()
    expect(left).toEqual([[], []])
  })

  it('keeps what waits for a destination that is no longer configured until it is too old, and says so', async () => {
    let state = await open()
    await state.commit(committing(rows('a')))
    await state.close()
    state = await open(['one'])
    expect(told()).toContain('outbox_strangers')
    await state.close()
    state = await open()
    expect(await drained(state, 'other')).toEqual(['a'])
  })
})

describe('when the disk fails', () => {
  it('goes on in memory, and everything is written once the disk works', async () => {
    await mkdir(join(folder, '..'), { recursive: true })
    await writeFile(folder, 'in the way')
    let state = await open()
    await state.commit(committing(rows('a')))
    await state.commit(committing(rows('b')))
    expect((await state.outbox.next('one'))?.count).toBe(1)
    state.outbox.delivered('one', (await state.outbox.next('one'))?.id ?? 0)
    await rm(folder)
    clock.advance(5_000)
    await state.commit(committing(rows('c')))
    state = await killed(state)
    expect(await drained(state, 'one')).toEqual(['b', 'c'])
    expect(await drained(state, 'other')).toEqual(['a', 'b', 'c'])
  })

  it('loses a chunk that was garbled on disk, says so, and goes on', async () => {
    let state = await open()
    await state.commit(committing(rows('a', 'x'), rows('b')))
    await state.close()
    const database = new DatabaseSync(file())
    database.exec("UPDATE chunks SET body = x'00112233' WHERE id = 1")
    database.close()
    state = await open()
    expect(await drained(state, 'one')).toEqual(['b'])
    expect(lost).toEqual([['unreadable', 2]])
  })

  it('counts what waited in a file that is superseded', async () => {
    let state = await open()
    await state.commit(committing(rows('a')))
    await state.close()
    await rename(folder, `${folder}-away`)
    await writeFile(folder, 'in the way')
    state = await open()
    await state.commit(committing(rows('b')))
    await rm(folder)
    await rename(`${folder}-away`, folder)
    clock.advance(5_000)
    await state.commit(committing())
    expect(told()).toContain('state_superseded')
    expect(lost).toEqual([['state_moved_aside', 1]])
    expect(await drained(state, 'one')).toEqual(['b'])
  })

  it('begins anew with a corrupt file', async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(file(), 'no database at all, but long enough to be looked at as one'.repeat(100))
    const state = await open()
    await state.commit(committing(rows('a')))
    expect(await drained(state, 'one')).toEqual(['a'])
    expect((await readdir(folder)).length).toBeGreaterThan(1)
    expect(existsSync(file())).toBe(true)
  })
})

describe('when the disk is full', () => {
  const whileFull = (isFull: (question: Question) => boolean) =>
    whenAsked((question) => (isFull(question) ? new ThreadError('database or disk is full', 13) : undefined))
  const isOfOutbox = (question: Question, part: 'chunks' | 'done') =>
    question.ask === 'write' && (question.writing.outbox?.[part]?.length ?? 0) > 0

  it('keeps what is new in memory as long as the sums fit, says so once, and writes it when there is room', async () => {
    let state = await open(['one'])
    await state.commit(committing(rows('a')))
    const disk = whileFull((question) => isOfOutbox(question, 'chunks'))
    await state.commit(committing(rows('b')))
    clock.advance(5_000)
    await state.commit(committing(rows('c')))
    disk.mockRestore()
    expect(told()).toEqual(['outbox_in_memory'])
    expect(state.outbox.queued('one').count).toBe(3)
    clock.advance(5_000)
    await state.commit(committing())
    state = await killed(state)
    expect(await drained(state, 'one')).toEqual(['a', 'b', 'c'])
    expect(lost).toEqual([])
  })

  it('lets the older half go where the sums do not fit either', async () => {
    let state = await open(['one'])
    for (const name of ['a', 'b', 'c', 'd']) await state.commit(committing(rows(name)))
    let isRoomy = false
    const disk = whileFull((question) => {
      isRoomy ||= isOfOutbox(question, 'done')
      return !isRoomy && question.ask === 'commit'
    })
    await state.commit(committing())
    disk.mockRestore()
    expect(told()).toEqual([])
    expect(lost).toEqual([
      ['disk_full', 1],
      ['disk_full', 1],
    ])
    state = await killed(state)
    expect(await drained(state, 'one')).toEqual(['c', 'd'])
  })
})

it('takes over a file of the version before with the first commit: to read it, nothing is written', async () => {
  const inFile = <T>(task: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(file())
    try {
      return task(database)
    } finally {
      database.close()
    }
  }
  await mkdir(folder, { recursive: true })
  let state = await open()
  await state.commit(committing())
  await state.close()
  inFile((database) => database.exec('DROP TABLE chunks; DROP TABLE waits; PRAGMA user_version = 2'))
  await (await open()).close()
  expect(inFile((database) => database.prepare('PRAGMA user_version').get())).toEqual({ user_version: 2 })
  state = await open()
  await state.commit(committing(rows('a')))
  expect(told()).not.toContain('state_moved_aside')
  expect(await drained(await killed(state), 'one')).toEqual(['a'])
})
