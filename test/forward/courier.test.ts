import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Courier } from '../../src/forward/courier.ts'
import { DeliveryProblem, type Destination } from '../../src/forward/destination.ts'
import type { Chunk } from '../../src/model/chunk.ts'
import type { Outbox } from '../../src/model/outbox.ts'
import { memoryState, type State } from '../../src/state/state.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { committing, namesIn, rowsNamed } from '../support/outbox.ts'
import { testTelemetry } from '../support/telemetry.ts'

const kind = (code: string, retryable: boolean) => ({ code, meaning: '', remedy: 'Do that.', retryable })
const busy = (retryAfterMs?: number) =>
  new DeliveryProblem(kind('busy', true), 'It is busy.', { ...(retryAfterMs !== undefined && { retryAfterMs }) })
const refused = () => new DeliveryProblem(kind('refused', false), 'It takes no such thing.')
const tooLarge = () => new DeliveryProblem(kind('too_large', false), 'It is too large.', { isTooLarge: true })
const badPart = () => new DeliveryProblem(kind('bad_part', false), 'One of them is bad.', { mayBeInPart: true })

/** The other side: it takes everything, unless a test says otherwise. */
class Shop implements Destination {
  readonly name = 'shop'
  readonly kind = 'rows'
  readonly tried: string[][] = []
  answer: (names: readonly string[], signal: AbortSignal) => Promise<void> = async () => {}

  async send({ body }: Chunk, signal: AbortSignal): Promise<void> {
    const names = namesIn(body)
    this.tried.push(names)
    await this.answer(names, signal)
  }

  async close(): Promise<void> {}
}

let clock: FakeClock
let telemetry: ReturnType<typeof testTelemetry>
let shop: Shop
let state: State
let courier: Courier
/** What the outbox is asked at this moment. */
let asking = 0
beforeEach(() => {
  clock = new FakeClock()
  telemetry = testTelemetry()
  shop = new Shop()
  state = memoryState({ clock, outbox: { limit: 2 ** 20, keep: 3_600_000 }, takers: [shop] })
  courier = new Courier(shop, { outbox: counted(state.outbox), isDurable: false, clock, telemetry })
  courier.begin()
})
afterEach(() => courier.close())

/** The same outbox; other threads compress and unpack for it, and may take their time. */
const counted = (outbox: Outbox): Outbox => {
  const asked = <T>(answer: Promise<T>): Promise<T> => {
    asking++
    return answer.finally(() => asking--)
  }
  return {
    next: (...of) => asked(outbox.next(...of)),
    replace: (...of) => asked(outbox.replace(...of)),
    delivered: (...of) => outbox.delivered(...of),
    dropped: (...of) => outbox.dropped(...of),
    queued: (...of) => outbox.queued(...of),
    listen: (...of) => outbox.listen(...of),
  }
}

/** Until nothing more happens by itself. */
async function settled(): Promise<void> {
  for (let calm = 0, before = -1; calm < 20; calm = asking === 0 && shop.tried.length === before ? calm + 1 : 0) {
    before = shop.tried.length
    await turn()
  }
}
async function commit(...chunks: string[][]): Promise<void> {
  await state.commit(committing(...chunks.map((names) => rowsNamed(names, clock.wallMs()))))
  await settled()
}
async function after(ms: number): Promise<void> {
  clock.advance(ms)
  await settled()
}
const told = () => telemetry.lines.map((line) => (JSON.parse(line) as { event: string }).event)
const metrics = async () => {
  courier.tell()
  return (await telemetry.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('meshtelemetry_destination'))
}

it('brings every commit at once, in order, and says so', async () => {
  await commit(['a', 'b'], ['c'])
  await commit(['d'])
  expect(shop.tried).toEqual([['a', 'b'], ['c'], ['d']])
  expect(courier.figures()).toEqual({
    name: 'shop',
    lagSeconds: null,
    queued: { chunks: 0, count: 0, bytes: 0, limitBytes: 2 ** 20 },
    sent: 4,
    sentMs: clock.wallMs(),
    dropped: {},
    error: null,
  })
  expect(await metrics()).toContain('meshtelemetry_destination_sent_rows_total{destination="shop"} 4')
})

it('does nothing at all while nothing is committed', async () => {
  await after(3_600_000)
  expect(shop.tried).toEqual([])
})

describe('while the other side fails', () => {
  it('tries again ever more seldom, a minute at most, and then goes on where it was', async () => {
    shop.answer = async () => Promise.reject(busy())
    await commit(['a'], ['b'])
    const attempts = async (ms: number) => {
      const before = shop.tried.length
      for (let passed = 0; passed < ms; passed += 250) await after(250)
      return shop.tried.length - before
    }
    expect(await attempts(1_000)).toBe(1)
    expect(await attempts(14_000)).toBeLessThanOrEqual(6)
    for (let minute = 0; minute < 5; minute++) await after(60_000)
    const before = shop.tried.length
    await after(29_000)
    expect(shop.tried.length).toBe(before)
    expect(courier.figures()).toMatchObject({
      queued: { chunks: 2, count: 2 },
      error: { code: 'busy', message: 'It is busy.', remedy: 'Do that.' },
    })
    expect(courier.figures().lagSeconds).toBeGreaterThan(300)
    shop.answer = async () => {}
    await after(60_000)
    expect(shop.tried.slice(-2)).toEqual([['a'], ['b']])
    expect(courier.figures()).toMatchObject({ sent: 2, lagSeconds: null, error: null })
    expect(told()).toEqual(['destination_failing', 'destination_recovered'])
  })

  it('waits as long as it is told to, and no longer than five minutes', async () => {
    shop.answer = async () => Promise.reject(busy(20_000))
    await commit(['a'])
    await after(19_999)
    expect(shop.tried).toHaveLength(1)
    shop.answer = async () => Promise.reject(busy(86_400_000))
    await after(1)
    expect(shop.tried).toHaveLength(2)
    await after(299_999)
    expect(shop.tried).toHaveLength(2)
    await after(1)
    expect(shop.tried).toHaveLength(3)
  })

  it('takes an error without a kind as one that passes', async () => {
    shop.answer = async () => Promise.reject(new Error('socket hang up'))
    await commit(['a'])
    expect(courier.figures().error).toMatchObject({ code: 'delivery_failed', message: 'socket hang up' })
    shop.answer = async () => {}
    await after(1_000)
    expect(courier.figures().sent).toBe(1)
  })
})

describe('what is never taken', () => {
  it('is dropped under its reason, and the next one is sent', async () => {
    shop.answer = async (names) => (names.includes('bad') ? Promise.reject(refused()) : undefined)
    await commit(['bad', 'worse'], ['good'])
    expect(courier.figures()).toMatchObject({ sent: 1, dropped: { refused: 2 }, queued: { chunks: 0 } })
    expect(told()).toContain('destination_dropped')
    expect(await metrics()).toContain('meshtelemetry_destination_dropped_rows_total{destination="shop",reason="refused"} 2')
  })

  it('is halved until it fits; a lone row that does not is dropped', async () => {
    shop.answer = async (names) => (names.length > 2 || names.includes('huge') ? Promise.reject(tooLarge()) : undefined)
    await commit(['a', 'b', 'c', 'huge', 'd'], ['e'])
    expect(courier.figures()).toMatchObject({ sent: 5, dropped: { too_large: 1 }, queued: { count: 0 } })
    expect(shop.tried.at(-1)).toEqual(['e'])
  })

  const many = Array.from({ length: 500 }, (_, index) => `${index}`)

  it('is found where it makes the other side refuse all that comes with it, in a few requests', async () => {
    const bad = new Set(['17', '18', '499'])
    shop.answer = async (names) => (names.some((name) => bad.has(name)) ? Promise.reject(badPart()) : undefined)
    await commit(many, ['next'])
    expect(courier.figures()).toMatchObject({ sent: 498, dropped: { bad_part: 3 }, queued: { count: 0 } })
    expect(courier.figures().error).toBeNull()
    expect(shop.tried.length).toBeLessThan(3 * 2 * 10)
  })

  it('is not looked for in every chunk where nothing is taken at all; once something is, it is again', async () => {
    shop.answer = async () => Promise.reject(badPart())
    await commit(many, many)
    const before = shop.tried.length
    expect(before).toBeLessThan(80)
    await commit(many, many, many)
    expect(shop.tried.length - before).toBe(3)
    expect(courier.figures()).toMatchObject({ sent: 0, dropped: { bad_part: 2_500 }, queued: { count: 0 } })
    shop.answer = async (names) => (names.includes('7') ? Promise.reject(badPart()) : undefined)
    await commit(['good'], many)
    expect(courier.figures()).toMatchObject({ sent: 500, dropped: { bad_part: 2_501 } })
  })

  it('counts what the outbox let go', async () => {
    shop.answer = async () => Promise.reject(busy())
    await commit(['a', 'b'])
    clock.advance(3_600_001)
    await commit(['c'])
    expect(courier.figures()).toMatchObject({ dropped: { too_old: 2 }, queued: { count: 1 } })
  })
})

describe('at the end', () => {
  it('sends what still waits', async () => {
    shop.answer = async () => Promise.reject(busy())
    await commit(['a'], ['b'])
    shop.answer = async () => {}
    await courier.close()
    expect(courier.figures()).toMatchObject({ sent: 2, queued: { count: 0 } })
  })

  it('gives up a send that takes too long, and says what ends with the process', async () => {
    shop.answer = (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    await commit(['a', 'b'])
    const closed = courier.close()
    clock.advance(1_000)
    await closed
    expect(courier.figures()).toMatchObject({ sent: 0, queued: { count: 2 } })
    expect(told()).toEqual(['destination_left_behind'])
  })
})
