import { describe, expect, it } from 'vitest'
import { calledServiceOf, destinationOf, isFound, legible, namespaceOf, shortNameOf, sourceOf } from '../../../src/http/ui/who.ts'

const edge = {
  source_namespace: 'shop',
  source_service: 'cart',
  source_workload: 'cart-v1',
  destination_namespace: 'stock',
  destination_service: 'shelf',
  destination_port: '8080',
}

describe('the ends of an edge', () => {
  it('are named by namespace and service', () => {
    expect(sourceOf(edge)).toBe('shop/cart')
    expect(destinationOf(edge)).toBe('stock/shelf:8080')
    expect(calledServiceOf(edge)).toBe('stock/shelf')
  })

  it('are named by what is known of them', () => {
    expect(sourceOf({ source_namespace: 'shop', source_workload: 'cart-v1' })).toBe('shop/cart-v1')
    expect(destinationOf({ destination_service: 'osm-controller' })).toBe('osm-controller')
    expect(sourceOf({})).toBe('')
  })

  it('come apart again', () => {
    expect([namespaceOf('shop/cart'), shortNameOf('shop/cart')]).toEqual(['shop', 'cart'])
    expect([namespaceOf('osm-controller'), shortNameOf('osm-controller')]).toEqual(['', 'osm-controller'])
  })
})

describe('what somebody looks for', () => {
  it.each([undefined, '', '  ', 'CART', ' cart ', 'shop/c'])('%j finds shop/cart', (search) => {
    expect(isFound(search, 'stock/shelf', 'shop/cart')).toBe(true)
  })

  it('is not there where no name has it', () => {
    expect(isFound('cart', 'stock/shelf', '')).toBe(false)
  })
})

it('shows characters that hide or turn text', () => {
  expect(legible('a\u202Eb\n\u2028书')).toBe('a\\u{202E}b\\u{A}\\u{2028}书')
})
