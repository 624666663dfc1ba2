import { expect, test } from 'vitest'
import { aheadOf } from '../../../src/http/ui/clock.ts'

const date = 'Sun, 22 Nov 2026 10:00:00 GMT'
const nowMs = Date.parse(date)

test('clocks that agree as well as the head of an answer can tell are taken as one', () => {
  expect(aheadOf(date, nowMs + 1_900)).toBe(0)
  expect(aheadOf(date, nowMs - 1_900)).toBe(0)
})

test('a clock that goes otherwise is told by how much', () => {
  expect(aheadOf(date, nowMs + 60_000)).toBe(-60_000)
  expect(aheadOf(date, nowMs - 60_000)).toBe(60_000)
})

test('without a time in the answer nothing is known of the clock', () => {
  expect(aheadOf(null, nowMs)).toBe(0)
  expect(aheadOf('soon', nowMs)).toBe(0)
})
