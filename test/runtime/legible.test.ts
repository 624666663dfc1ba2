import fc from 'fast-check'
import { expect, it } from 'vitest'
import { legible } from '../../src/runtime/legible.ts'

it.each([
  ['bookstore-v1 é 日本語', 'bookstore-v1 é 日本語'],
  ['\u001B[2J\u009B', String.raw`\u{1b}[2J\u{9b}`],
  ['right\u202Eto\nleft', String.raw`right\u{202e}to\u{a}left`],
  ['half \uD800', String.raw`half \u{d800}`],
  ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ['👩'.repeat(61), `${'👩'.repeat(59)}…`],
])('%j is shown as %s', (text, shown) => expect(legible(text)).toBe(shown))

it('whatever the text is, nothing unseen is left and it fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 100 }), (text, limit) => {
      const shown = legible(text, limit)
      expect(shown).not.toMatch(/\p{C}/u)
      expect([...shown].length).toBeLessThanOrEqual(limit)
    }),
  )
})
