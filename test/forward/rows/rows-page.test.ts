import { expect, it } from 'vitest'
import { rowsPage } from '../../../src/forward/rows/rows-page.ts'
import { clusterTags } from '../../../src/forward/rows/tags.ts'
import type { RowFilter } from '../../../src/model/row.ts'
import { active, page, rq } from '../../aggregate/page-words.ts'
import { renderAll } from '../../contracts/pulled-page.ts'
import { clusterId, rowsIn, RowTable } from './row-table.ts'

const rowsOf = (table: RowTable, filter: RowFilter = {}) =>
  renderAll(rowsPage({ sheets: () => table.sheets, now: (sheet) => table.rows.now(sheet), cluster: clusterTags({ clusterId }) }, filter))

function twoPods(): RowTable {
  const table = new RowTable()
  table.mesh.scrape('old', page(rq([200, 7]), active(2)), { pod: { name: 'old', namespace: 'shop', app: 'till' } })
  table.mesh.advance(20_000)
  table.mesh.scrape('new', page(rq([200, 3], [503, 1]), active(1)), { pod: { name: 'new', namespace: 'bank', app: 'vault' } })
  return table.commit()
}

it('shows the very rows that a round would write now, and a series that is new as it is', async () => {
  const table = twoPods()
  const before = table.text.length
  table.round()
  expect(await rowsOf(table)).toBe(table.text.slice(before))
  table.mesh
    .advance(20_000)
    .scrape('new', page(rq([200, 3], [404, 5], [503, 1]), active(1)), { pod: { name: 'new', namespace: 'bank', app: 'vault' } })
  table.commit()
  const born = rowsIn(await rowsOf(table)).find(({ tags }) => tags.envoy_response_code === '404')
  expect(born?.val).toBe(5)
})

it('shows what is asked for', async () => {
  const table = twoPods()
  const nowMs = table.mesh.clock.wallMs()
  const shown = async (filter: RowFilter) =>
    rowsIn(await rowsOf(table, filter))
      .map(({ tags, val }) => `${tags.pod_name} ${val}`)
      .sort()
  expect(await shown({})).toHaveLength(5)
  expect(await shown({ name: 'CX_' })).toEqual(['new 1', 'old 2'])
  expect(await shown({ name: 'cx_', app: 'till' })).toEqual(['old 2'])
  expect(await shown({ name: 'cx_', namespace: 'bank' })).toEqual(['new 1'])
  expect(await shown({ name: 'cx_', sinceMs: nowMs - 10_000 })).toEqual(['new 1'])
  expect(await shown({ name: 'cx_', app: 'nobody' })).toEqual([])
})
