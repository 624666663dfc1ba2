import { expect, it } from 'vitest'
import { repeat } from '../../src/runtime/clock.ts'
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
