import { describe, expect, it } from 'vitest'
import { type Column, heldTo, sortedBy } from '../../../src/http/ui/table.ts'

interface Row {
  readonly name: string
  readonly size: number | null
}

const rows: readonly Row[] = [
  { name: 'c', size: 2 },
  { name: 'a', size: null },
  { name: 'd', size: 10 },
  { name: 'b', size: 2 },
]
const columns: readonly Column<Row>[] = [
  { key: 'name', title: 'Name', cell: ({ name }) => name, by: ({ name }) => name },
  { key: 'size', title: 'Size', cell: ({ size }) => size, by: ({ size }) => size },
  { key: 'note', title: 'Note', cell: () => '' },
]
const order = (sort: string | undefined): string =>
  sortedBy(rows, columns, sort)
    .map(({ name }) => name)
    .join('')

describe('rows', () => {
  it.each([
    ['name', 'abcd'],
    ['-name', 'dcba'],
    ['size', 'cbda'],
    ['-size', 'dcba'],
  ])('by %s are %s: equals as they came, what is not known last', (sort, expected) => {
    expect(order(sort)).toBe(expected)
  })

  it.each([undefined, 'note', 'else', '-'])('stay as they came for %j', (sort) => {
    expect(order(sort)).toBe('cadb')
  })

  it('that are held keep their places: new ones follow in their own order, and who is gone leaves no gap', () => {
    const held = heldTo(['d', 'x', 'b', 'c'], [...rows, { name: 'e', size: 99 }], ({ name }) => name)
    expect(held.map(({ name }) => name).join('')).toBe('dbcae')
  })
})
