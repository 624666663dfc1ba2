import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coveredOf, evenRates, isShort } from '../../../src/http/ui/covered.ts'

describe('the window that figures are over', () => {
  test.each([
    { what: 'the window, where only the grain of history misses it', coveredMs: 307_000, real: 300_000, short: false },
    { what: 'less, where less is kept', coveredMs: 37_000, real: 37_000, short: true },
    { what: 'more, where history is coarse', coveredMs: 360_000, real: 360_000, short: false },
  ])('is $what', ({ coveredMs, real, short }) => {
    expect(coveredOf({ windowMs: 300_000, coveredMs })).toBe(real)
    expect(isShort({ windowMs: 300_000, coveredMs })).toBe(short)
  })
})

describe('even rates', () => {
  test('a long step is spread over the slots that it lies in', () => {
    expect(evenRates([30, 10], [{ seconds: 30 }, { seconds: 10 }], { shortestSeconds: 10 })).toEqual([1, 1, 1, 1])
  })

  test('slots are no shorter than the time between two scrapes', () => {
    const steps = [{ seconds: 1 }, { seconds: 1 }, { seconds: 1 }, { seconds: 1 }]
    expect(evenRates([0, 8, 0, 0], steps, { shortestSeconds: 2 })).toEqual([4, 0])
  })

  test('without time there are none', () => {
    expect(evenRates([], [], { shortestSeconds: 1 })).toEqual([])
  })

  test('whatever the steps, nothing is lost', () => {
    const step = fc.record({ seconds: fc.double({ min: 0.5, max: 60, noNaN: true }), amount: fc.nat(1e6) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (steps, shortestSeconds) => {
        const seconds = steps.reduce((sum, one) => sum + one.seconds, 0)
        const rates = evenRates(
          steps.map(({ amount }) => amount),
          steps,
          { shortestSeconds },
        )
        const shown = rates.reduce((sum, rate) => sum + rate, 0) * (seconds / rates.length)
        const really = steps.reduce((sum, { amount }) => sum + amount, 0)
        expect(Math.abs(shown - really)).toBeLessThanOrEqual(1e-6 * (1 + really))
      }),
    )
  })
})
