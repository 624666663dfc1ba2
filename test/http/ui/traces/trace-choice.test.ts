import { describe, expect, test } from 'vitest'
import { arrived, errorsFirst, isChosen, renewed } from '../../../../src/http/ui/traces/trace-choice.ts'
import { summary } from './trace-figures.ts'

const ids = (traces: readonly { readonly traceId: string }[]) => traces.map(({ traceId }) => traceId)

describe('which traces are listed', () => {
  test('without a choice all of them', () => expect(isChosen(summary({}), {})).toBe(true))
  test('those of a namespace: one of their services is in it', () => {
    expect(isChosen(summary({ services: ['buyer.shop', 'stock.depot'] }), { namespace: 'depot' })).toBe(true)
    expect(isChosen(summary({ services: ['depot.shop', 'depot'] }), { namespace: 'depot' })).toBe(false)
  })
  test.each(['A1', 'STORE', 'buyer', ':80'])('those in which "%s" is found', (search) =>
    expect(isChosen(summary({ traceId: 'a1b2' }), { search })).toBe(true),
  )
  test('not those in which a text is not found', () => expect(isChosen(summary({}), { search: 'depot' })).toBe(false))
  test('those that began between two moments, or at an unknown one', () => {
    expect(isChosen(summary({ startMs: 1_000 }), { between: [1_000, 2_000] })).toBe(true)
    expect(isChosen(summary({ startMs: 2_001 }), { between: [1_000, 2_000] })).toBe(false)
    expect(isChosen(summary({ startMs: 999 }), { between: [1_000, 2_000] })).toBe(false)
    expect(isChosen(summary({ startMs: null }), { between: [1_000, 2_000] })).toBe(true)
  })
})

test('traces with errors come first, each kind in its order', () => {
  const traces = [
    summary({ traceId: 'a' }),
    summary({ traceId: 'b', errors: 1 }),
    summary({ traceId: 'c' }),
    summary({ traceId: 'd', errors: 9 }),
  ]
  expect(ids(errorsFirst(traces))).toEqual(['b', 'd', 'a', 'c'])
})

describe('a list that is held', () => {
  const shown = [summary({ traceId: 'a', spans: 1 }), summary({ traceId: 'b' })]
  const latest = [summary({ traceId: 'c' }), summary({ traceId: 'a', spans: 4 }), summary({ traceId: 'd' })]
  test('keeps its traces and their order, also those that the collector has dropped, and says what is known by now', () => {
    expect(ids(renewed(shown, latest))).toEqual(['a', 'b'])
    expect(renewed(shown, latest)[0]?.spans).toBe(4)
  })
  test('counts those that it holds back', () => {
    expect(arrived(shown, latest)).toBe(2)
    expect(arrived(latest, latest)).toBe(0)
  })
})
