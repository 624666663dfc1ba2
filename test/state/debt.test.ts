import { expect, it } from 'vitest'
import type { Committed } from '../../src/model/cell.ts'
import { Debt } from '../../src/state/debt.ts'

it('owes what was hidden while a commit was on its way: the set is shared and grows', () => {
  const hidden = new Set<number>()
  const committed: Committed = {
    numbering: { generation: 0, cellsBefore: new Int32Array(0), edgesBefore: new Int32Array(0) },
    wallMs: 0,
    monotonicMs: 0,
    sums: new Float64Array(0),
    cells: [],
    live: new Set(),
    movedMs: new Float64Array(0),
    hidden,
  }
  const debt = new Debt()
  const pay = (meanwhile: () => void) => {
    const parts = [...debt.parts(committed)]
    meanwhile()
    debt.paid(committed, [])
    return parts.at(-1)?.hidden
  }
  expect(pay(() => hidden.add(3))).toEqual([])
  expect(pay(() => {})).toEqual([3])
  expect(pay(() => {})).toBeUndefined()
})
