import { describe, expect, test } from 'vitest'
import { formatOf } from '../../../../src/http/ui/format.ts'
import { successShown, totalsOf } from '../../../../src/http/ui/requests/totals.ts'
import type { EdgeFigures } from '../../../../src/model/figures.ts'

const edge = (requests: EdgeFigures['requests']): EdgeFigures => ({
  kind: 'outbound',
  labels: {},
  live: true,
  requests,
  latencySeconds: null,
  connections: null,
  bytes: null,
})

const requests = (inWindow: number, errors: number, clientErrors: number): EdgeFigures['requests'] => ({
  total: inWindow,
  perSecond: inWindow / 10,
  inWindow,
  byCode: {},
  errorRatio: inWindow > 0 ? errors / inWindow : null,
  clientErrorRatio: inWindow > 0 ? clientErrors / inWindow : null,
  failures: {},
})

describe('requests taken together', () => {
  test('shares are of all requests, not means of shares', () => {
    const totals = totalsOf([edge(requests(90, 0, 9)), edge(requests(10, 10, 0))])
    expect(totals).toMatchObject({ edges: 2, inWindow: 100, perSecond: 10 })
    expect(totals.errorRatio).toBeCloseTo(0.1)
    expect(totals.clientErrorRatio).toBeCloseTo(0.09)
  })

  test('who sends no requests is none of them, and without requests there is no share', () => {
    expect(totalsOf([edge(null), edge(requests(0, 0, 0))])).toEqual({
      edges: 1,
      inWindow: 0,
      perSecond: 0,
      errorRatio: null,
      clientErrorRatio: null,
    })
  })
})

describe('the success rate as it is shown', () => {
  test.each([
    [10, 9, '10%'],
    [10, 8, '20%'],
    [1_000, 3, '99.7%'],
    [1_000_000, 1, '99.9%'],
    [10, 0, '100%'],
    [0, 0, '–'],
  ])('of %d requests with %d errors is %s: what is nearly all is not all', (all, errors, shown) => {
    expect(formatOf('en').share(successShown(requests(all, errors, 0)))).toBe(shown)
  })
})
