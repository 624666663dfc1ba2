import { expect, test } from 'vitest'
import { callsIn, failedCall, servicesInOrder } from '../../../../src/http/ui/traces/trace-calls.ts'
import { summary } from './trace-figures.ts'

const call = (source: string, destination: string, errors = 0, count = 1) => ({ source, destination, count, errors })

test('a call is counted once per trace, however often it is in it', () =>
  expect(callsIn([{ calls: [call('buyer.shop', 'store.shop', 2, 3)] }, { calls: [call('buyer.shop', 'store.shop')] }])).toEqual([
    { source: 'shop/buyer', destination: 'shop/store', traces: 2, failed: 1 },
  ]))

test('what failed comes first, the rest by name', () => {
  const calls = callsIn([{ calls: [call('b.x', 'c.x'), call('a.x', 'd.x'), call('a.x', 'c.x')] }, { calls: [call('z.x', 'c.x', 1)] }])
  expect(calls.map(({ source, destination }) => `${source} ${destination}`)).toEqual(['x/z x/c', 'x/a x/c', 'x/a x/d', 'x/b x/c'])
})

test('names with blanks do not run into each other', () =>
  expect(callsIn([{ calls: [call('a b', 'c'), call('a', 'b c')] }])).toHaveLength(2))

test('no trace, no call', () => expect(callsIn([])).toEqual([]))

const failing = { source: 'store.shop', destination: 'stock.shop', count: 1, errors: 1 }
const chain = [{ source: 'buyer.shop', destination: 'store.shop', count: 1, errors: 1 }, failing]

test('services are named in the order of the calls, then those of no call', () => {
  const services = ['buyer.shop', 'clock.shop', 'stock.shop', 'store.shop']
  expect(servicesInOrder(summary({ services, calls: chain }))).toEqual(['buyer.shop', 'store.shop', 'stock.shop', 'clock.shop'])
})

test('of calls that failed the last one is named: those before it waited for it', () => {
  expect(failedCall(summary({ calls: chain }))).toEqual(failing)
  expect(failedCall(summary({}))).toBeUndefined()
})
