import { describe, expect, test } from 'vitest'
import { chosenOf, edgeNameOf, namespaceOfSpan, pathOfCall } from '../../../../src/http/ui/traces/trace-path.ts'

describe('what of the tab is open', () => {
  test('nothing named: all traces', () => expect(chosenOf([])).toEqual({}))
  test('a trace by its id', () => expect(chosenOf(['4ebd7ce5da9a35cb'])).toEqual({ traceId: '4ebd7ce5da9a35cb' }))
  test('a call leads to its traces', () =>
    expect(chosenOf(pathOfCall('shop/buyer', 'shop/store'))).toEqual({ source: 'shop/buyer', destination: 'shop/store' }))
  test('spans do not tell ports apart', () =>
    expect(chosenOf(['from', 'shop/buyer', 'to', 'shop/store:8080'])).toEqual({ source: 'shop/buyer', destination: 'shop/store' }))
  test('one end alone', () => {
    expect(chosenOf(['from', 'shop/buyer'])).toEqual({ source: 'shop/buyer' })
    expect(chosenOf(['to', 'shop/store'])).toEqual({ destination: 'shop/store' })
  })
  test('a service may be called as the words of the path', () =>
    expect(chosenOf(['from', 'to', 'to', 'from'])).toEqual({ source: 'to', destination: 'from' }))
  test('an end without a name is none', () => expect(chosenOf(['from'])).toEqual({}))
})

describe('names of spans', () => {
  test.each([
    ['buyer.shop', 'shop/buyer', 'shop'],
    ['buyer.v1.shop', 'shop/buyer.v1', 'shop'],
    ['osm-controller', 'osm-controller', ''],
  ])('%s is %s', (name, edge, namespace) => {
    expect(edgeNameOf(name)).toBe(edge)
    expect(namespaceOfSpan(name)).toBe(namespace)
  })
})
