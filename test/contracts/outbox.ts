import { beforeEach, expect, it } from 'vitest'
import type { DropReason } from '../../src/model/outbox.ts'
import type { BacklogContext } from '../../src/state/backlog.ts'
import type { State } from '../../src/state/state.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { committing, drained, namesIn, rowsNamed } from '../support/outbox.ts'

/** What an outbox promises, wherever it keeps what waits. `open` is called once per test. */
export function outboxContract(open: (context: BacklogContext) => Promise<State>): void {
  const clock = new FakeClock()
  const now = () => clock.wallMs()
  const lost: [string, DropReason, number][] = []
  let state: State
  let woken: string[]

  beforeEach(async () => {
    const takers = ['one', 'other'].map((name) => ({ name, kind: 'rows' as const }))
    state = await open({ clock, outbox: { limit: 100_000, keep: 60_000 }, takers })
    await state.load()
    woken = []
    lost.length = 0
    for (const { name } of takers)
      state.outbox.listen(name, { added: () => woken.push(name), lost: (reason, count) => lost.push([name, reason, count]) })
  })

  it('gives each destination every chunk in order, from the commit that brought it', async () => {
    await state.commit(committing(rowsNamed(['a', 'b'], now())))
    await state.commit(committing(rowsNamed(['c'], now()), rowsNamed(['d'], now())))
    expect(woken).toEqual(['one', 'other', 'one', 'other'])
    expect(await drained(state, 'one')).toEqual(['a', 'b', 'c', 'd'])
    expect(await drained(state, 'one')).toEqual([])
    expect(await drained(state, 'other')).toEqual(['a', 'b', 'c', 'd'])
  })

  it('wakes nobody for a commit that brings nothing', async () => {
    await state.commit(committing())
    expect(woken).toEqual([])
  })

  it('gives the same chunk until it has arrived, as it was made', async () => {
    await state.commit(committing(rowsNamed(['a'], now())))
    const first = await state.outbox.next('one')
    expect(await state.outbox.next('one')).toEqual(first)
    expect(first).toMatchObject({ kind: 'rows', count: 1, madeMs: now() })
    expect(state.outbox.delivered('one', first?.id ?? 0)).toBe(true)
    expect(state.outbox.delivered('one', first?.id ?? 0)).toBe(false)
    expect(await state.outbox.next('one')).toBeUndefined()
  })

  it('says what waits for whom', async () => {
    await state.commit(committing(rowsNamed(['a', 'b'], now() - 5), rowsNamed(['c'], now())))
    expect(state.outbox.queued('one')).toMatchObject({ chunks: 2, count: 3, oldestMadeMs: now() - 5 })
    expect(state.outbox.queued('one').bytes).toBeGreaterThan(10)
    await drained(state, 'one')
    expect(state.outbox.queued('one')).toEqual({ chunks: 0, count: 0, bytes: 0, limitBytes: 100_000 })
    expect(state.outbox.queued('other').count).toBe(3)
  })

  it('replaces a chunk by its halves for the one destination, in its place', async () => {
    await state.commit(committing(rowsNamed(['a', 'b'], now()), rowsNamed(['c'], now())))
    const chunk = await state.outbox.next('one')
    await state.outbox.replace('one', chunk?.id ?? 0, [rowsNamed(['a'], now()), rowsNamed(['b'], now())])
    expect(namesIn((await state.outbox.next('one'))?.body ?? new Uint8Array())).toEqual(['a'])
    await state.commit(committing())
    expect(await drained(state, 'one')).toEqual(['a', 'b', 'c'])
    expect((await state.outbox.next('other'))?.count).toBe(2)
  })

  it('lets the oldest go when there is more than its limit, and says whom it concerns', async () => {
    const noise = (name: string) =>
      rowsNamed([name, ...Array.from({ length: 500 }, () => Math.random().toString(36) + Math.random().toString(36))], now())
    await state.commit(committing(rowsNamed(['old'], now())))
    await drained(state, 'one')
    for (let at = 0; at < 20; at++) await state.commit(committing(noise(`new ${at}`)))
    expect(lost[0]).toEqual(['other', 'no_room', 1])
    expect(lost.slice(1, 3)).toEqual([
      ['one', 'no_room', 501],
      ['other', 'no_room', 501],
    ])
    expect(state.outbox.queued('one').bytes).toBeLessThanOrEqual(100_000)
    expect(await drained(state, 'one')).toContain('new 19')
  })

  it('lets go what is too old', async () => {
    await state.commit(committing(rowsNamed(['old'], now())))
    clock.advance(60_001)
    await state.commit(committing(rowsNamed(['new'], now())))
    expect(lost).toEqual([
      ['one', 'too_old', 1],
      ['other', 'too_old', 1],
    ])
    expect(await drained(state, 'other')).toEqual(['new'])
  })
}
