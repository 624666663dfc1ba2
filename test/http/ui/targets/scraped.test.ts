import { expect, test } from 'vitest'
import { countsOf, isLate, shownTargets, sortedTargets, type Target } from '../../../../src/http/ui/targets/scraped.ts'

const scrape = { intervalMs: 10_000, everyNth: 1, problem: null }
const problem = { code: 'costly_page', message: 'It is large.', remedy: 'Make it small.' }

const target = (given: Partial<Target>): Target => ({
  id: `${given.namespace ?? 'shop'}-${given.pod ?? 'cart'}:15010`,
  url: 'http://10.1.2.3:15010/stats/prometheus',
  kind: 'sidecar',
  dialect: 'osm',
  namespace: 'shop',
  pod: 'cart',
  workload: 'cart',
  labels: {},
  state: 'up',
  terminating: false,
  lastPageMs: 100_000,
  durationMs: 3,
  bytes: 1_000,
  series: 10,
  asked: 'filtered',
  failures: 0,
  error: null,
  notice: null,
  ...given,
})

const namesOf = (targets: readonly Target[]) => targets.map(({ namespace, pod }) => `${namespace}/${pod}`)

test('who fails comes first, then namespaces and pods by name', () => {
  const targets = [
    target({ pod: 'b' }),
    target({ pod: 'a', state: 'waiting' }),
    target({ namespace: 'bank', pod: 'z' }),
    target({ pod: 'y', state: 'stale' }),
    target({ pod: 'x', state: 'failing' }),
  ]
  expect(namesOf(sortedTargets(targets))).toEqual(['shop/x', 'shop/y', 'bank/z', 'shop/a', 'shop/b'])
})

test('the namespace is exact, the search is any part of a name, an address or a code', () => {
  const targets = [
    target({ pod: 'cart-1' }),
    target({ namespace: 'shopping', pod: 'cart-2' }),
    target({ pod: 'pay-1', state: 'failing', error: { ...problem, code: 'connection_refused' } }),
    target({ pod: null, id: 'static', namespace: null, url: 'http://10.9.9.9:15010/stats/prometheus' }),
  ]
  expect(namesOf(shownTargets(targets, { namespace: 'shop' }))).toEqual(['shop/cart-1', 'shop/pay-1'])
  expect(namesOf(shownTargets(targets, { search: ' CART-' }))).toEqual(['shop/cart-1', 'shopping/cart-2'])
  expect(namesOf(shownTargets(targets, { search: 'refused' }))).toEqual(['shop/pay-1'])
  expect(shownTargets(targets, { search: '10.9.9.9' }).map(({ id }) => id)).toEqual(['static'])
})

test('states are counted, those that nobody is in are not named', () => {
  expect(Object.fromEntries(countsOf([target({}), target({ state: 'stale' }), target({})]))).toEqual({ up: 2, stale: 1 })
})

test('a page is late when two turns have passed without it', () => {
  expect(isLate(target({}), scrape, 121_000)).toBe(false)
  expect(isLate(target({}), scrape, 121_001)).toBe(true)
  expect(isLate(target({}), { ...scrape, everyNth: 3 }, 121_001)).toBe(false)
})

test('who says himself why no page came is not called late', () => {
  expect(isLate(target({ state: 'stale' }), scrape, 900_000)).toBe(false)
  expect(isLate(target({ notice: problem }), scrape, 900_000)).toBe(false)
  expect(isLate(target({ state: 'waiting', lastPageMs: null }), scrape, 900_000)).toBe(false)
})
