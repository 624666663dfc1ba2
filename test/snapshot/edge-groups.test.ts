import { expect, it } from 'vitest'
import { EdgeGroups } from '../../src/snapshot/edge-groups.ts'
import { Mesh } from '../support/mesh.ts'
import { nothing, pageOf, podOf } from './counted-mesh.ts'

it('what is asked again and again is not worked out anew, also where others ask something else in between', () => {
  const mesh = new Mesh().scrape('a', pageOf(new Map([['shop/till|80', nothing]])), podOf('bookbuyer', 'v1')).commit()
  const { committed } = mesh.checkpoint()
  const [groups, ids] = [new EdgeGroups(), [0]]
  const ask = () => (['pair', 'source'] as const).map((by) => groups.of({ by }, ids, committed)[0])
  const first = ask()
  expect(first.map((group) => group?.cells.requests.length)).toEqual([2, 2])
  for (let n = 0; n < 100; n++) {
    groups.of({ by: 'source', namespace: `other-${n}` }, ids, committed)
    for (const [i, group] of ask().entries()) expect(group).toBe(first[i])
  }
})
