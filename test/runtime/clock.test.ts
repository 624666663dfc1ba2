import { describe, expect, it } from 'vitest'
import { repeat, sleepingIncluded, systemClock } from '../../src/runtime/clock.ts'
import { FakeClock } from '../support/fake-clock.ts'

it('repeats without drifting, until cancelled', () => {
  const clock = new FakeClock()
  const at: number[] = []
  const cancel = repeat(clock, 100, () => at.push(clock.monotonicMs()))
  clock.advance(350)
  expect(at).toEqual([100, 200, 300])
  cancel()
  clock.advance(1000)
  expect(at).toHaveLength(3)
})

it('goes on after a task that throws', () => {
  const clock = new FakeClock()
  let runs = 0
  repeat(clock, 100, () => {
    runs++
    throw new Error('once')
  })
  expect(() => clock.advance(100)).toThrow('once')
  expect(() => clock.advance(100)).toThrow('once')
  expect(runs).toBe(2)
})

it('says how late a task runs after everything stood still, and does not make up for what was missed', () => {
  const clock = new FakeClock()
  const late: number[] = []
  repeat(clock, 100, (lateMs) => late.push(lateMs))
  clock.advance(100)
  clock.standStill(1_050)
  clock.advance(150)
  expect(late).toEqual([0, 950, 0, 0])
})

describe('the monotonic clock', () => {
  /** A machine: awake or asleep, its wall clock set at will. */
  function machine() {
    const time = { awakeMs: 5, sinceBootMs: 1_005, wallMs: 1e12 }
    const pass = (ms: number) => {
      time.awakeMs += ms
      time.sinceBootMs += ms
      time.wallMs += ms
    }
    let asked = 0
    const now = sleepingIncluded({
      awakeMs: () => time.awakeMs,
      sinceBootMs: () => (asked++, time.sinceBootMs),
      wallMs: () => time.wallMs,
    })
    return { time, pass, now, asked: () => asked }
  }

  it('counts the time in which the machine slept', () => {
    const { time, pass, now } = machine()
    pass(100)
    time.sinceBootMs += 600_000
    time.wallMs += 600_000
    expect(now()).toBe(600_105)
    pass(100)
    expect(now()).toBe(600_205)
  })

  it.each([3_600_000, -3_600_000])('does not notice that the machine’s clock is set by %i ms', (byMs) => {
    const { time, pass, now } = machine()
    time.wallMs += byMs
    expect(now()).toBe(5)
    pass(100)
    time.wallMs -= byMs
    expect(now()).toBe(105)
  })

  it('never falls, however coarse the time since the start is', () => {
    const { time, now } = machine()
    time.sinceBootMs += 600_000
    time.wallMs += 600_000
    const before = now()
    time.sinceBootMs -= 10
    time.wallMs += 5_000
    expect(now()).toBe(before)
  })

  it('is read without asking for more, as long as both clocks go alike', () => {
    const { pass, now, asked } = machine()
    for (let i = 0; i < 1_000; i++) {
      pass(1_000)
      now()
    }
    expect(asked()).toBe(1)
  })

  it('of this machine goes on', () => {
    const before = systemClock.monotonicMs()
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(before)
  })
})
