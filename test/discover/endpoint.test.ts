import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isPath, isPort, urlOf } from '../../src/discover/endpoint.ts'

it.each(['/', '/metrics', '/stats/prometheus', '/a/b..c', '/...', '/a//b', "/~a!$&'()*+,;=:@-._", '/caf%C3%A9', `/${'a'.repeat(255)}`])(
  'takes the path %s',
  (path) => {
    expect(isPath(path)).toBe(true)
    expect(urlOf({ scheme: 'http', host: '10.0.0.1', port: '1', path })?.href).toBe(`http://10.0.0.1:1${path}`)
  },
)

it.each([
  '',
  'metrics',
  'http://10.0.0.2/',
  '//10.0.0.2/',
  '/..',
  '/../x',
  '/x/..',
  '/x/./y',
  '/%2e%2E/x',
  '/.%2e/x',
  '/x%2f..%2fy',
  '/x%5c..',
  '/%252e%252e/',
  '/a?b',
  '/a#b',
  '/a%3Fb',
  '/a%23b',
  String.raw`/\10.0.0.2`,
  '/a b',
  '/a%20b',
  '/a\tb',
  '/a\nb',
  '/a%0d%0ab',
  '/a%00',
  '/a\u0000',
  '/a\u007f',
  '/%',
  '/%zz',
  '/%ff',
  '/é',
  '/a"b',
  `/${'a'.repeat(256)}`,
])('refuses the path %j', (path) => {
  expect(isPath(path)).toBe(false)
})

it('makes URLs that nothing reinterprets: whatever path is taken is asked for at that host, as written', () => {
  const pieces = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2F',
    '\\',
    '@',
    ':',
    '?',
    '#',
    ' ',
    '\n',
    '%0a',
    '10.0.0.2',
    'a',
    '[::1]',
    '%',
    '\u202e',
  )
  const paths = fc.array(pieces, { maxLength: 8 }).map((parts) => `/${parts.join('')}`)
  fc.assert(
    fc.property(fc.oneof(paths, fc.string()), (path) => {
      if (!isPath(path)) return
      const url = urlOf({ scheme: 'http', host: '10.0.0.1', port: '15010', path })
      expect(url?.href).toBe(`http://10.0.0.1:15010${path}`)
      expect(new URL(url?.href ?? '').pathname).toBe(path)
    }),
  )
})

it('takes ports from 1 to 65535 in plain decimals', () => {
  expect(['1', '80', '15010', '65535'].every(isPort)).toBe(true)
  expect(['', '0', '65536', '015010', '1e3', '-1', ' 80', '80 ', '0x50', '٣'].some(isPort)).toBe(false)
})

it('is at a loss for hosts that are none', () => {
  expect(['a b', 'a/b', 'a@b', 'fd00::1%eth0', ''].map((host) => urlOf({ scheme: 'http', host, port: '1', path: '/' }))).toEqual(
    Array.from({ length: 5 }),
  )
})
