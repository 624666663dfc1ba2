import fc from 'fast-check'
import { expect, it } from 'vitest'
import { halves } from '../../src/forward/halves.ts'
import { namesIn, rowsNamed } from '../support/outbox.ts'

it('has every row in one of the halves, in order, and both are less', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 50 }), (names) => {
      const [first, second] = halves(rowsNamed(names)) ?? [rowsNamed([]), rowsNamed([])]
      expect([...namesIn(first.body), ...namesIn(second.body)]).toEqual(names)
      expect([first.count, second.count]).toEqual([namesIn(first.body).length, namesIn(second.body).length])
      expect(first.count * second.count).toBeGreaterThan(0)
    }),
  )
})

it('has no halves of one row', () => {
  expect(halves(rowsNamed(['a']))).toBeUndefined()
})
