import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lengthOf, marksPath, shareOf, ticksOf } from '../../../../src/http/ui/traces/time-scale.ts'
import { span } from './trace-figures.ts'

describe('the axis of time', () => {
  test('reaches to the end of the last span, whichever it is', () =>
    expect(lengthOf([span({ offsetMs: 0, durationMs: 30 }), span({ offsetMs: 25, durationMs: 10 }), span({ offsetMs: null })])).toBe(35))
  test('is empty where no span says when it was', () => expect(lengthOf([span({ offsetMs: null, durationMs: 10 })])).toBe(0))
  test('places moments on it, and nothing outside of it', () => {
    expect(shareOf(5, 20)).toBe(0.25)
    expect(shareOf(-1, 20)).toBe(0)
    expect(shareOf(30, 20)).toBe(1)
    expect(shareOf(0, 0)).toBe(0)
  })
})

describe('ticks', () => {
  const moments = (lengthMs: number) => ticksOf(lengthMs, 5).map(({ atMs }) => atMs)
  test('are round', () => {
    expect(moments(13.7)).toEqual([0, 5, 10])
    expect(moments(100)).toEqual([0, 20, 40, 60, 80, 100])
    expect(moments(3_100)).toEqual([0, 1_000, 2_000, 3_000])
  })
  test('of nothing are the begin alone', () => expect(ticksOf(0, 5)).toEqual([{ atMs: 0, share: 0 }]))
  test('are few, and on the axis, however long it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e15, noNaN: true }), (lengthMs) => {
        const ticks = ticksOf(lengthMs, 5)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect(ticks.every(({ share }) => share >= 0 && share <= 1)).toBe(true)
      }),
    )
  })
})

test('annotations are marks on the axis, each place once; those outside of it are none', () =>
  expect(
    marksPath(
      [
        { offsetMs: 5, value: 'cs' },
        { offsetMs: 5, value: 'cr' },
        { offsetMs: 20, value: 'ss' },
        { offsetMs: -1, value: 'early' },
        { offsetMs: 21, value: 'late' },
      ],
      20,
    ),
  ).toBe('M250.0 0v1M1000.0 0v1'))
