import { describe, expect, it } from 'vitest'
import { edgesPage } from '../../src/forward/prometheus/edges.ts'
import type { Cell, KpiInfo, Shown } from '../../src/model/cell.ts'
import type { Labels } from '../../src/model/labels.ts'
import { expectGoodPage, renderAll } from '../contracts/pulled-page.ts'

const requests: KpiInfo = { name: 'mesh_requests_total', type: 'counter', help: 'HTTP requests that ended with this response code.' }
const duration: KpiInfo = { name: 'mesh_request_duration_seconds', type: 'histogram', help: 'Time until the response was complete.' }
const active: KpiInfo = { name: 'mesh_connections_active', type: 'gauge', help: 'Connections open now.' }

type Row = readonly [kpi: KpiInfo, edge: Labels, rest: Partial<Pick<Cell, 'labels' | 'part' | 'le'>>, value: number]

function shownOf(rows: readonly Row[]): Shown {
  const cells = rows.map(([kpi, labels, rest], index): Cell => ({ index, kpi, edge: { id: 0, labels }, labels: {}, ...rest }))
  return { cells, values: Float64Array.from(rows, ([, , , value]) => value) }
}

const buyer = { direction: 'outbound', source_namespace: 'bookbuyer', destination_service: 'bookstore' }
const thief = { direction: 'outbound', source_namespace: 'bookthief', destination_service: 'bookstore' }

describe('/metrics/edges', () => {
  it('is empty before there are sums', async () => {
    expect(await renderAll(edgesPage(() => undefined))).toBe('')
  })

  it('shows families by name and edges by their labels, whatever order they came in', async () => {
    const shown = shownOf([
      [requests, thief, { labels: { response_code: '200' } }, 4],
      [requests, buyer, { labels: { response_code: '503' } }, 1],
      [active, buyer, {}, 2],
      [requests, buyer, { labels: { response_code: '200' } }, 10],
    ])
    const page = edgesPage(() => shown)
    await expectGoodPage(page)
    expect(await renderAll(page)).toBe(
      [
        '# HELP mesh_connections_active Connections open now.',
        '# TYPE mesh_connections_active gauge',
        'mesh_connections_active{destination_service="bookstore",direction="outbound",source_namespace="bookbuyer"} 2',
        '# HELP mesh_requests_total HTTP requests that ended with this response code.',
        '# TYPE mesh_requests_total counter',
        'mesh_requests_total{destination_service="bookstore",direction="outbound",response_code="200",source_namespace="bookbuyer"} 10',
        'mesh_requests_total{destination_service="bookstore",direction="outbound",response_code="503",source_namespace="bookbuyer"} 1',
        'mesh_requests_total{destination_service="bookstore",direction="outbound",response_code="200",source_namespace="bookthief"} 4',
        '',
      ].join('\n'),
    )
  })

  it('shows a histogram whole, bounds rising and in the shortest decimal', async () => {
    const parts = (edge: Labels): Row[] => [
      [duration, edge, { part: 'count' }, 4],
      [duration, edge, { part: 'bucket', le: Infinity }, 4],
      [duration, edge, { part: 'bucket', le: 10_000 * 1e-3 }, 3],
      [duration, edge, { part: 'sum' }, 0.06],
      [duration, edge, { part: 'bucket', le: 1.1 * 1e-3 }, 1],
      [duration, edge, { part: 'bucket', le: 2.5 * 1e-3 }, 2],
    ]
    const shown = shownOf([...parts(thief), ...parts(buyer)])
    const [family] = await expectGoodPage(edgesPage(() => shown))
    expect(family?.series.map(({ labels, value }) => [labels.source_namespace, labels.le, value]).slice(0, 6)).toEqual([
      ['bookbuyer', '0.0011', 1],
      ['bookbuyer', '0.0025', 2],
      ['bookbuyer', '10', 3],
      ['bookbuyer', '+Inf', 4],
      ['bookbuyer', undefined, 0.06],
      ['bookbuyer', undefined, 4],
    ])
  })

  it('follows new values and new cells', async () => {
    let shown = shownOf([[requests, buyer, { labels: { response_code: '200' } }, 1]])
    const page = edgesPage(() => shown)
    await expectGoodPage(page)
    shown = { cells: shown.cells, values: Float64Array.of(2) }
    expect((await expectGoodPage(page))[0]?.series.map(({ value }) => value)).toEqual([2])
    shown = shownOf([
      [active, buyer, {}, 1],
      [requests, buyer, { labels: { response_code: '200' } }, 3],
    ])
    expect((await expectGoodPage(page)).map(({ name, series }) => [name, series[0]?.value])).toEqual([
      ['mesh_connections_active', 1],
      ['mesh_requests_total', 3],
    ])
  })
})
