import { expect, test } from 'vitest'
import type { TracesAnswer } from '../../../../src/model/trace-figures.ts'
import { reachOf } from '../../../../src/http/ui/traces/trace-reach.ts'
import { summary } from './trace-figures.ts'

const atMs = Date.parse('2026-01-31T10:00:00.000Z')
const secondsAgo = (seconds: number) => atMs - seconds * 1e3
const answer = (kept: number, begins: readonly number[]): TracesAnswer => ({
  atMs,
  kept,
  traces: begins.map((startMs) => summary({ startMs })),
})
const full = Array.from({ length: 200 }, (_, i) => secondsAgo(1 + i / 10))

test('traces are from the begin of the range that is asked for', () => {
  const wanted = { fromMs: secondsAgo(60), toMs: null, beforeMs: null, hasGone: false }
  expect(reachOf(answer(2, [secondsAgo(5), secondsAgo(9)]), { window: '1m' })).toEqual(wanted)
  expect(reachOf(answer(200, full.slice(0, 3)), { window: '1m' })).toEqual(wanted)
})

test('where older ones of the range have gone, traces are from the oldest that is kept', () => {
  expect(reachOf(answer(200, full), { window: '1m' })).toMatchObject({ fromMs: Math.min(...full), hasGone: true })
})

test('a failed one, which stays longer, says nothing of the others', () => {
  const all = answer(200, full)
  const traces = [...all.traces.slice(1), summary({ startMs: secondsAgo(50), errors: 1 })]
  expect(reachOf({ ...all, traces }, { window: '1m' })).toMatchObject({ fromMs: Math.min(...full), hasGone: true })
})

test('a range before all that is kept says where that begins, if the answer leaves none out', () => {
  const until = new Date(secondsAgo(600)).toISOString()
  const past = { window: '1m', until } as const
  expect(reachOf(answer(2, [secondsAgo(5), secondsAgo(9)]), past)).toMatchObject({ toMs: secondsAgo(600), beforeMs: secondsAgo(9) })
  expect(reachOf(answer(200, full), past)).toMatchObject({ fromMs: secondsAgo(660), hasGone: false })
  expect(reachOf(answer(3, [secondsAgo(5)]), past)).toMatchObject({ beforeMs: null })
  expect(reachOf(answer(1, [secondsAgo(900)]), past)).toMatchObject({ beforeMs: null })
})
