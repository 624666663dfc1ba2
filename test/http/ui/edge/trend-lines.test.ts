import { describe, expect, test } from 'vitest'
import { linesOf, stepMsOf, summedPoints } from '../../../../src/http/ui/edge/trend-lines.ts'

const point = (seconds: number, requests: number) => ({
  atMs: seconds * 1e3,
  seconds,
  requests,
  errors: requests / 2,
  p50: 0.1,
  p90: null,
  p99: null,
  active: 4,
  opened: 1,
  sentBytes: 1_000,
  receivedBytes: 2_000,
})

describe('lines over time', () => {
  test('each point is a rate over its own step, however long that is', () => {
    const lines = linesOf([point(60, 120), point(10, 40)])
    expect(lines.requestsPerSecond).toEqual([2, 4])
    expect(lines.errorsPerSecond).toEqual([1, 2])
    expect(lines.errorShare).toEqual([0.5, 0.5])
    expect(lines.openedPerMinute).toEqual([1, 6])
    expect(lines.receivedPerSecond[1]).toBe(200)
    expect(lines.p90).toEqual([null, null])
    expect(lines.stepMs).toEqual([10_000, 60_000])
  })

  test('a step without length has no rate', () => {
    expect(linesOf([point(0, 3)]).requestsPerSecond).toEqual([null])
  })

  test('a step without requests has no share of errors', () => {
    expect(linesOf([point(10, 0)]).errorShare).toEqual([null])
  })

  test('several edges are summed step by step, but for quantiles', () => {
    const [first] = summedPoints([
      [point(10, 3), point(10, 1)],
      [{ ...point(10, 5), active: null }, point(10, 1)],
    ])
    expect(first).toMatchObject({ seconds: 10, requests: 8, errors: 4, p50: null, active: 4, opened: 2, sentBytes: 2_000 })
    expect(summedPoints([[point(10, 3)]])).toEqual([point(10, 3)])
    expect(summedPoints([])).toEqual([])
  })

  test('without a step there is nothing to draw', () => {
    expect(linesOf([]).stepMs).toBeUndefined()
  })

  test.each([
    { what: 'some sixty steps', windowMs: 3_600_000, scrapeMs: 15_000, stepMs: 60_000 },
    { what: 'no step without a scrape in it', windowMs: 300_000, scrapeMs: 15_000, stepMs: 15_000 },
    { what: 'no step under a second', windowMs: 30_000, scrapeMs: 500, stepMs: 1_000 },
    { what: 'no step longer than the window', windowMs: 30_000, scrapeMs: 60_000, stepMs: 30_000 },
  ])('asks for $what', ({ windowMs, scrapeMs, stepMs }) => {
    expect(stepMsOf(windowMs, scrapeMs)).toBe(stepMs)
  })
})
