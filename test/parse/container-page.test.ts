import { describe, expect, it } from 'vitest'
import { readContainerPage } from '../../src/parse/container-page.ts'
import { Problem } from '../../src/runtime/problem.ts'
import { cadvisorPage, type Row } from '../support/kubelet.ts'

const read = (page: string, meant = (_namespace: string, _pod: string) => true) =>
  readContainerPage({ node: 'n1', readMs: 7, body: Buffer.from(page) }, meant)

/** `cpu shop/cart/envoy 3 @1700000000000` */
const told = (page: string, meant?: (namespace: string, pod: string) => boolean) =>
  read(page, meant).map(({ family, namespace, pod, container, value, timestampMs }) =>
    [family.includes('cpu') ? 'cpu' : 'rss', `${namespace}/${pod}/${container}`, value, `@${timestampMs}`].join(' '),
  )

const cart = (container: string, more: Partial<Row> = {}): Row => ({
  namespace: 'shop',
  pod: 'cart',
  container,
  cpu: 3.5,
  rss: 4096,
  ...more,
})
const problem = (page: string): string => {
  try {
    return String(read(page).length)
  } catch (error) {
    return error instanceof Problem ? `${error.kind.code} line ${error.place.line}: ${error.message}` : String(error)
  }
}

describe("a node's page", () => {
  it('is two families of it, each container with the time at which it was measured', () => {
    expect(told(cadvisorPage([cart('envoy'), cart('app', { cpu: 1, rss: 2, atMs: 1_700_000_005_000 })]))).toEqual([
      'cpu shop/cart/envoy 3.5 @1700000000000',
      'cpu shop/cart/app 1 @1700000005000',
      'rss shop/cart/envoy 4096 @1700000000000',
      'rss shop/cart/app 2 @1700000005000',
    ])
  })

  it('has nothing in a sum twice: rows of a pod, of its network and of the machine are left out', () => {
    const sums = [cart('', { cpu: 9 }), cart('POD'), { cpu: 99, rss: 99, id: '/' }, { cpu: 50, rss: 50, id: '/kubepods' }]
    expect(told(cadvisorPage([...sums, cart('envoy')]))).toHaveLength(2)
  })

  it('is read of those who are meant, and of nobody else', () => {
    const page = cadvisorPage([cart('envoy'), cart('envoy', { pod: 'till' }), cart('envoy', { namespace: 'bank' })])
    expect(told(page, (namespace, pod) => namespace === 'shop' && pod === 'till')).toEqual([
      'cpu shop/till/envoy 3.5 @1700000000000',
      'rss shop/till/envoy 4096 @1700000000000',
    ])
  })

  it('tells of a container that was restarted what the one says that was measured last', () => {
    const [gone, runs] = [cart('envoy', { id: '/a', cpu: 900, atMs: 1_000 }), cart('envoy', { id: '/b', cpu: 1, atMs: 2_000 })]
    expect(told(cadvisorPage([gone, runs]))[0]).toBe('cpu shop/cart/envoy 1 @2000')
    expect(told(cadvisorPage([runs, gone]))[0]).toBe('cpu shop/cart/envoy 1 @2000')
  })

  it('adds the cores of kubelets that print each', () => {
    const page = cadvisorPage([cart('envoy', { core: 'cpu00', cpu: 1 }), cart('envoy', { core: 'cpu01', cpu: 2, rss: 0 })])
    expect(told(page)[0]).toBe('cpu shop/cart/envoy 3 @1700000000000')
  })

  it('gives samples without a time that of the request', () => {
    expect(told(cadvisorPage([cart('envoy')]).replaceAll(' 1700000000000', ''))).toEqual([
      'cpu shop/cart/envoy 3.5 @7',
      'rss shop/cart/envoy 4096 @7',
    ])
  })

  it('takes what Go prints: exponents, escapes, and a family at the very begin or end', () => {
    const line = (family: string) => `# TYPE ${family} gauge\n${family}{container="a\\"b",namespace="shop",pod="cart"} 1.234e+09`
    expect(told(`${line('container_memory_rss')}\n${line('container_cpu_usage_seconds_total')}`)).toEqual([
      'cpu shop/cart/a"b 1234000000 @7',
      'rss shop/cart/a"b 1234000000 @7',
    ])
  })

  it('is no good with a broken line of theirs', () => {
    const page = cadvisorPage([cart('envoy')])
    expect(problem(page.replace(' 4096 ', ' lots '))).toMatch(/^malformed_page line 15: Expected a number/)
  })

  it('may tell of no container', () => {
    expect(told('# TYPE up gauge\nup 1\n')).toEqual([])
    expect(told('')).toEqual([])
  })

  it('does not look into families that nobody wants', () => {
    const page = cadvisorPage([cart('envoy')])
    expect(told(page.replace(/^container_memory_cache\{.*$/m, 'what is this?'))).toEqual(told(page))
  })
})
