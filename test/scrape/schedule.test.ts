import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Schedule, Stamps } from '../../src/scrape/schedule.ts'

const stays = { terminating: false, everyNth: 1 }
const leaves = { terminating: true, everyNth: 1 }
const ids = Array.from({ length: 1_000 }, (_, i) => `0f3c2a6e-${(i * 7919).toString(16).padStart(4, '0')}-4c1b-9a51-${i}:15010`)

/** Counts per tenth of a span. */
const tenths = (times: readonly number[], spanMs: number): number[] => {
  const counts = Array.from({ length: 10 }, () => 0)
  for (const time of times) {
    const tenth = Math.floor((time / spanMs) * 10)
    counts[tenth] = (counts[tenth] ?? 0) + 1
  }
  return counts
}

describe('turns', () => {
  const schedule = new Schedule('pod-1:15010', { intervalMs: 10_000, seed: '' })

  it('begin within a second, and then keep one slot of every interval', () => {
    const first = schedule.first(1_234, 1)
    expect(first.dueMs - 1_234).toBeGreaterThanOrEqual(0)
    expect(first.dueMs - 1_234).toBeLessThan(1_000)
    const second = schedule.next(first, first.dueMs, stays)
    expect(second.dueMs - first.dueMs).toBeGreaterThanOrEqual(5_000)
    expect(second.dueMs - first.dueMs).toBeLessThan(15_000)
    let turn = second
    for (let i = 1; i <= 10_000; i++) turn = schedule.next(turn, turn.dueMs + 3.7, stays)
    expect(turn).toEqual({ dueMs: second.dueMs + 10_000 * 10_000, missed: 0 })
  })

  it('lie where they lay, whenever the target was found', () => {
    const slots = [0, 777.5, 99_999].map((nowMs) => schedule.next(schedule.first(nowMs, 1), nowMs + 1_000, stays).dueMs % 10_000)
    expect(new Set(slots).size).toBe(1)
  })

  it('that passed while the process was held up are missed, and the slot stays', () => {
    const turn = schedule.next(schedule.first(0, 1), 0, stays)
    expect(schedule.next(turn, turn.dueMs + 34_000, stays)).toEqual({ dueMs: turn.dueMs + 40_000, missed: 3 })
  })

  it('come every second for a pod that leaves', () => {
    expect(schedule.next({ dueMs: 500, missed: 0 }, 501, leaves)).toEqual({ dueMs: 1_500, missed: 0 })
    expect(schedule.timeoutMs(8_000, leaves)).toBe(1_000)
    expect(schedule.timeoutMs(8_000, stays)).toBe(8_000)
  })

  it('are late after a tenth of the interval', () => {
    const turn = { dueMs: 0, missed: 0 }
    expect([schedule.isLate(turn, 1_000), schedule.isLate(turn, 1_001)]).toEqual([false, true])
  })
})

describe('a thousand targets', () => {
  const schedules = ids.map((id) => new Schedule(id, { intervalMs: 10_000, seed: '' }))
  const firsts = schedules.map((schedule) => schedule.first(0, 1).dueMs)
  const slots = schedules.map((schedule, i) => schedule.next({ dueMs: firsts[i] ?? 0, missed: 0 }, 0, stays).dueMs % 10_000)

  it('gives many that come at once the time that their first pages take, at most an interval', () => {
    const last = (arrivals: number) => Math.max(...schedules.map((schedule) => schedule.first(0, arrivals).dueMs))
    expect(last(500)).toBeGreaterThan(1_900)
    expect(last(500)).toBeLessThan(2_000)
    expect(last(100_000)).toBeLessThan(10_000)
  })

  it.each([
    ['first reads over a second', firsts, 1_000],
    ['slots over the interval', slots, 10_000],
  ] as const)('spread their %s', (_, times, spanMs) => {
    for (const count of tenths(times, spanMs)) {
      expect(count).toBeGreaterThan(60)
      expect(count).toBeLessThan(140)
    }
  })

  it('lie otherwise for a collector with another seed', () => {
    const other = ids.map((id) => new Schedule(id, { intervalMs: 10_000, seed: 'b' }).first(0, 1).dueMs)
    expect(other.filter((time, i) => time === firsts[i]).length).toBeLessThan(20)
  })
})

describe('turns in every n-th interval', () => {
  const slotsOf = (everyNth: number) =>
    ids.map((id) => {
      const schedule = new Schedule(id, { intervalMs: 10_000, seed: '' })
      return schedule.next({ dueMs: 600_000, missed: 0 }, 0, { ...stays, everyNth }).dueMs % (everyNth * 10_000)
    })

  it.each([2, 3, 7])('keep their slot in one of %i, and lie evenly over them', (everyNth) => {
    const long = slotsOf(everyNth)
    expect(long.map((ms) => ms % 10_000)).toEqual(slotsOf(1))
    const counts = Map.groupBy(long, (ms) => Math.floor(ms / 10_000))
    for (let interval = 0; interval < everyNth; interval++) {
      expect(counts.get(interval)?.length).toBeGreaterThan((ids.length / everyNth) * 0.8)
      expect(counts.get(interval)?.length).toBeLessThan((ids.length / everyNth) * 1.2)
    }
  })

  it('follow each other at that distance, and count as missed by it', () => {
    const schedule = new Schedule('a', { intervalMs: 10_000, seed: '' })
    const rhythm = { ...stays, everyNth: 3 }
    const turn = schedule.next({ dueMs: 0, missed: 0 }, 0, rhythm)
    expect(schedule.next(turn, turn.dueMs + 5, rhythm)).toEqual({ dueMs: turn.dueMs + 30_000, missed: 0 })
    expect(schedule.next(turn, turn.dueMs + 65_000, rhythm)).toEqual({ dueMs: turn.dueMs + 90_000, missed: 2 })
  })

  it('leave a pod that goes its second, until the others wait for very long', () => {
    const schedule = new Schedule('a', { intervalMs: 10_000, seed: '' })
    const pauses = [1, 4, 8, 32].map((everyNth) => schedule.next({ dueMs: 0, missed: 0 }, 1, { ...leaves, everyNth }).dueMs)
    expect(pauses).toEqual([1_000, 1_000, 2_000, 8_000])
  })
})

describe('labels', () => {
  const onTime = { byMs: 3.4, isLate: false }

  it('are the time of the turn, or the real one when it came late', () => {
    expect(new Stamps().next(1_000_003.4, onTime)).toBe(1_000_000)
    expect(new Stamps().next(1_000_000, { byMs: 5_000, isLate: true })).toBe(1_000_000)
  })

  it('rise whatever the clock does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1e13 }), fc.double({ min: 0, max: 1e4, noNaN: true }), fc.boolean())),
        (turns) => {
          const stamps = new Stamps()
          const labels = turns.map(([wallMs, byMs, isLate]) => stamps.next(wallMs, { byMs, isLate }))
          expect(labels.every((label, i) => Number.isInteger(label) && (i === 0 || label > (labels[i - 1] ?? Infinity)))).toBe(true)
        },
      ),
    )
  })
})
