import { expect, it } from 'vitest'
import { unchanged } from '../../src/discover/same-target.ts'
import type { Target } from '../../src/model/target.ts'

/** Counts how often it is written out, which is what comparing costs. */
class CountedUrl extends URL {
  static written = 0
  override toJSON(): string {
    CountedUrl.written += 1
    return super.toJSON()
  }
}

const target = (url = new CountedUrl('http://10.0.0.1:15010/stats/prometheus')): Target => ({
  id: 'a:15010',
  url,
  kind: 'sidecar',
  dialect: 'osm',
  labels: {},
  terminating: false,
  bornWatched: false,
})

it('compares a target once that was made anew and says the same, not in every round from then on', () => {
  const first = target()
  const anew = target()
  let { known } = unchanged(new Map(), [first])
  CountedUrl.written = 0
  for (let round = 0; round < 5; round++) {
    const { targets, known: next } = unchanged(known, [{ ...anew }])
    expect(targets[0]).toBe(first)
    known = next
  }
  expect(CountedUrl.written).toBe(2)
})
