import type { lookup } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../src/model/address.ts'
import { checkedLookup } from '../../src/scrape/address.ts'

describe('an address', () => {
  it.each([
    ['10.0.0.1', undefined],
    ['100.64.0.7', undefined],
    ['fd12:3456::1', undefined],
    ['2001:db8::5', undefined],
    ['127.0.0.1', 'loopback'],
    ['127.15.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['0:0:0:0:0:ffff:7f00:1', 'loopback'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['64:ff9b::a9fe:a9fe', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['224.0.0.251', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['localhost', 'not an IP address'],
    ['127.1', 'not an IP address'],
    ['', 'not an IP address'],
  ])('%s: %s', (address, word) => {
    expect(refusal(address, { allowLoopback: false })).toBe(word)
    expect(refusal(address, { allowLoopback: true })).toBe(word === 'loopback' ? undefined : word)
  })
})

describe('a name', () => {
  const answering = (...addresses: string[]) =>
    ((_host: string, _options: object, callback: (error: null, found: object[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as typeof lookup

  /** What a socket would connect to, or why not. */
  const found = (resolve: typeof lookup, all: boolean) =>
    new Promise((done) =>
      checkedLookup({ allowLoopback: false }, resolve)('sidecar.example', { all }, (error, address) => done(error?.message ?? address)),
    )

  it('leads to its checked addresses and to nothing else', async () => {
    expect(await found(answering('10.0.0.1', 'fd12::1'), true)).toEqual([
      { address: '10.0.0.1', family: 4 },
      { address: 'fd12::1', family: 6 },
    ])
    expect(await found(answering('10.0.0.1', 'fd12::1'), false)).toBe('10.0.0.1')
  })

  it('is refused when one of its addresses is', async () => {
    expect(await found(answering('10.0.0.1', '169.254.169.254'), true)).toBe(
      'sidecar.example is never asked: it means 169.254.169.254, a metadata address.',
    )
    expect(await found(answering('::ffff:127.0.0.1'), false)).toContain('a loopback address')
  })
})
