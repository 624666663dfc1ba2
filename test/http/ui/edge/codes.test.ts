import { describe, expect, test } from 'vitest'
import { classesOf, codesOf } from '../../../../src/http/ui/edge/codes.ts'

describe('response codes', () => {
  test('each has its share of all requests, and those that did not occur are left out', () => {
    expect(codesOf({ 503: 5, 200: 90, 404: 5, 301: 0 })).toEqual([
      { name: '200', family: 2, count: 90, share: 0.9 },
      { name: '404', family: 4, count: 5, share: 0.05 },
      { name: '503', family: 5, count: 5, share: 0.05 },
    ])
  })

  test('classes are their sums, what has no HTTP code the last', () => {
    const classes = classesOf({ 0: 2, 200: 4, 201: 2, other: 1, 503: 1 })
    expect(classes.map(({ name, count }) => [name, count])).toEqual([
      ['2xx', 6],
      ['5xx', 1],
      ['', 3],
    ])
    expect(classes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  })

  test('a sidecar that tells classes alone is taken at its word', () => {
    expect(classesOf({ '2xx': 3, '5xx': 1 }).map(({ name, share }) => [name, share])).toEqual([
      ['2xx', 0.75],
      ['5xx', 0.25],
    ])
  })

  test('no requests have no codes', () => {
    expect(classesOf({ 200: 0 })).toEqual([])
  })
})
