import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowsOf, visibleRows } from '../../../../src/http/ui/traces/span-rows.ts'
import { span } from './trace-figures.ts'

const ofDepths = (...depths: readonly number[]) => rowsOf(depths.map((depth, i) => span({ id: `${i}`, depth })))

describe('rows', () => {
  test('count what stands below them', () => expect(ofDepths(0, 1, 2, 2, 1, 0).map(({ below }) => below)).toEqual([4, 2, 0, 0, 0, 0]))
  test('both sides of a call and a second try have keys of their own', () => {
    const rows = rowsOf([span({ kind: 'CLIENT' }), span({ kind: 'SERVER', depth: 1 }), span({ kind: 'SERVER', depth: 1 })])
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3)
  })
  test('keep their keys when others come between', () => {
    const [first] = rowsOf([span({ id: 'x' })])
    expect(rowsOf([span({ id: 'w' }), span({ id: 'x', depth: 1 })])[1]?.key).toBe(first?.key)
  })
})

describe('a span outside of the one above it', () => {
  const below = (offsetMs: number | null, durationMs: number | null) =>
    rowsOf([span({ offsetMs: 5, durationMs: 10 }), span({ depth: 1, offsetMs, durationMs })])[1]?.outside
  test('begins before it', () => expect(below(4, 3)).toBe('before'))
  test('ends after it', () => expect(below(6, 10)).toBe('after'))
  test('is none where both agree', () => expect(below(5, 10)).toBeNull())
  test('is none for what rounding moves', () => expect(below(5 - 1e-9, 10 + 2e-9)).toBeNull())
  test('is none where its begin is not known', () => expect(below(null, 100)).toBeNull())
  test('is none where the other has not ended', () =>
    expect(rowsOf([span({ durationMs: null }), span({ depth: 1, durationMs: 99 })])[1]?.outside).toBeNull())
})

describe('what is folded', () => {
  test('hides all that stands below, and nothing beside', () => {
    const rows = ofDepths(0, 1, 2, 1, 0)
    const shown = (...folded: readonly number[]) =>
      visibleRows(rows, new Set(folded.map((i) => rows[i]?.key ?? ''))).map(({ span: { id } }) => id)
    expect(shown()).toEqual(['0', '1', '2', '3', '4'])
    expect(shown(1)).toEqual(['0', '1', '3', '4'])
    expect(shown(0)).toEqual(['0', '4'])
    expect(shown(0, 1)).toEqual(['0', '4'])
  })
  test('leaves those that no folded one stands above', () => {
    const trees = fc.array(fc.tuple(fc.nat(5), fc.boolean())).map((steps) => {
      let depth = -1
      return steps.map(([down, isFolded]) => ({ depth: (depth = Math.max(0, depth + 1 - down)), isFolded }))
    })
    fc.assert(
      fc.property(trees, (tree) => {
        const rows = ofDepths(...tree.map(({ depth }) => depth))
        const folded = new Set(rows.filter((_, i) => tree[i]?.isFolded).map(({ key }) => key))
        const expected = rows.filter(
          (_, i) =>
            !rows
              .slice(0, i)
              .some((other, j) => folded.has(other.key) && rows.slice(j + 1, i + 1).every((one) => one.span.depth > other.span.depth)),
        )
        expect(visibleRows(rows, folded)).toEqual(expected)
      }),
    )
  })
})
