import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codes, destinations } from './simulated-pod.ts'
import { add, countedBy, type Step, totalsOf, Watched } from './watched-pods.ts'

const pod = fc.nat({ max: 1 })
const to = fc.constantFrom(...destinations)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      pod,
      to,
      code: fc.constantFrom(...codes),
      count: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('scrape' as const), pod }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('makeAnew' as const, 'hide' as const), pod, to }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('restart', 'silence', 'reorder', 'show', 'relabel', 'replace'),
      pod,
    }) as fc.Arbitrary<Step>,
  },
)

const kinds = fc.tuple(...[0, 1].map(() => fc.record({ born: fc.boolean(), tellsByPage: fc.boolean() })))

describe('whatever pods do', () => {
  it('every request is counted exactly once, and no sum ever falls', () => {
    fc.assert(
      fc.property(kinds, fc.array(step, { maxLength: 60 }), (pods, steps) => {
        const watched = new Watched(pods)
        for (const each of steps) {
          watched.run(each)
          expect(watched.wrong()).toEqual([])
        }
        watched.finish()
        expect(watched.wrong()).toEqual([])
        expect(Object.fromEntries(countedBy(watched.mesh.checkpoint().committed))).toEqual(Object.fromEntries(watched.truth))
      }),
      { numRuns: 500 },
    )
  })

  it("the sheets' totals are what the cells hold, of series that never left a page", () => {
    // After a restart a page lacks what has not counted yet: its totals are remembered, but on no sheet.
    const staying = step.filter(({ kind }) => kind !== 'restart' && kind !== 'makeAnew')
    fc.assert(
      fc.property(kinds, fc.array(staying, { maxLength: 40 }), (pods, steps) => {
        const watched = new Watched(pods)
        for (const each of steps) watched.run(each)
        watched.finish()
        const { committed, sheets } = watched.mesh.checkpoint()
        const told = new Map(watched.departed)
        for (const [key, total] of sheets.flatMap(totalsOf)) add(told, key, total)
        expect(Object.fromEntries([...told].filter(([, total]) => total > 0))).toEqual(Object.fromEntries(countedBy(committed)))
      }),
      { numRuns: 100 },
    )
  })
})
