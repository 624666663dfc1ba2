import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { boundText } from '../../../src/forward/rows/bound.ts'
import { cluster, of, old, page, rq, vault } from '../../aggregate/page-words.ts'
import { RowTable } from './row-table.ts'

const rqName = 'envoy_cluster_upstream_rq'
const golden = (name: string) => join(import.meta.dirname, '../../cases/rows', name)

const total = (requests: number): string =>
  `# TYPE envoy_cluster_upstream_rq_total counter\nenvoy_cluster_upstream_rq_total{${cluster}} ${requests}`

const whole = (requests: number): string =>
  page(
    rq([200, requests], [404, 3]),
    `# TYPE envoy_cluster_upstream_rq_xx counter\nenvoy_cluster_upstream_rq_xx{envoy_response_code_class="2",${cluster}} ${requests}`,
    total(requests + 3),
    '# TYPE envoy_cluster_upstream_rq_time histogram',
    ...['0.5', '300000', '1.8e+06', '+Inf'].map((le) => `envoy_cluster_upstream_rq_time_bucket{${cluster},le="${le}"} ${requests}`),
    `envoy_cluster_upstream_rq_time_sum{${cluster}} 12\nenvoy_cluster_upstream_rq_time_count{${cluster}} ${requests}`,
    ...['cx_total', 'cx_connect_fail', 'cx_rx_bytes_total', 'cx_tx_bytes_total'].map(
      (name) => `# TYPE envoy_cluster_upstream_${name} counter\nenvoy_cluster_upstream_${name}{${cluster}} 2`,
    ),
    `# TYPE envoy_cluster_upstream_cx_active gauge\nenvoy_cluster_upstream_cx_active{${cluster}} 2`,
  )

describe('rows', () => {
  it('are lines in the columns of InsightsMetrics', async () => {
    const table = new RowTable()
    table.mesh.scrape('bookbuyer-1', whole(7))
    table.commit().round()
    table.mesh.advance(10_000)
    table.gone('bookbuyer-1').commit()
    await expect(table.text).toMatchFileSnapshot(golden('born-and-gone.ndjson'))
  })

  it('begin at zero, so that what a series is born with counts', () => {
    const table = new RowTable()
    table.mesh.scrape('a', rq([200, 7]))
    table.commit().round()
    table.mesh.advance(60_000).scrape('a', rq([200, 9], [503, 4]))
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 7, 9])
    expect(table.vals(rqName, { envoy_response_code: '503' })).toEqual([0, 4])
  })

  it('count nothing of what was before the watch', () => {
    const table = new RowTable()
    table.mesh.scrape('a', rq([200, 700]), old)
    table.commit()
    table.mesh.advance(30_000).scrape('a', rq([200, 705]), old)
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 5])
  })

  it.each([
    ['the sidecar restarts', (table: RowTable) => table],
    ['the collector restarts', (table: RowTable) => table.restart()],
  ])('never fall when %s', (_, happens) => {
    const table = new RowTable()
    table.mesh.scrape('a', rq([200, 7]), { process: 'first' })
    happens(table.commit().round())
    table.mesh.advance(60_000).scrape('a', rq([200, 2]), { process: 'second' })
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 7, 9])
  })

  it('begin at zero when a series is born after a restart of the collector, and where they were when it comes back', () => {
    const table = new RowTable()
    table.mesh.scrape('a', page(rq([200, 7]), vault([200, 5])))
    table.commit().round()
    table.mesh.advance(10_000).scrape('a', rq([200, 7])) // the vault's series leave the page for a while
    table.restart()
    table.mesh.advance(60_000).scrape('a', page(rq([200, 8], [503, 1]), vault([200, 6])))
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200', envoy_cluster_name: 'bank/vault|80' })).toEqual([0, 5, 5, 5, 6])
    expect(table.vals(rqName, { envoy_response_code: '503' })).toEqual([0, 1])
  })

  it.each([
    ['gone', true],
    ['not missed long enough to be gone', false],
  ])('go on when a pod comes back under the same name as another one that is %s', (_, isGone) => {
    const table = new RowTable()
    const pod = { name: 'store-0', controller: { kind: 'StatefulSet', name: 'store' } }
    table.mesh.scrape('uid-1', rq([200, 7]), { pod })
    table.commit().round()
    table.mesh
      .advance(10_000)
      .scrape('uid-1', rq([200, 10]), { pod })
      .silent('uid-1')
    if (isGone) table.gone('uid-1')
    table.commit()
    for (const requests of [4, 6]) {
      table.mesh.advance(60_000).scrape('uid-2', rq([200, requests]), { pod })
      table.commit().round()
    }
    expect(table.vals(rqName, { pod_name: 'store-0', envoy_response_code: '200' })).toEqual([0, 7, 10, 10, 14, 16])
    table.gone('uid-1').gone('uid-2').commit()
    table.mesh.advance(60_000).scrape('uid-3', rq([200, 1]), { pod })
    table.commit().round()
    expect(table.vals(rqName, { pod_name: 'store-0', envoy_response_code: '200' }).at(-1)).toBe(17)
  })

  it('go on when the pod of the same name comes before anybody saw the other one leave', () => {
    const table = new RowTable()
    const pod = { name: 'store-0', controller: { kind: 'StatefulSet', name: 'store' } }
    table.mesh.scrape('uid-1', rq([200, 7]), { pod })
    table.commit().round()
    table.mesh
      .silent('uid-1')
      .advance(60_000)
      .scrape('uid-2', rq([200, 2]), { pod })
    table.commit().restart()
    table.mesh.advance(60_000).scrape('uid-2', rq([200, 3]), { pod })
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 7, 7, 7, 10])
  })

  it.each([
    ['before it is known that the other one is gone', false, [0, 7, 7, 9, 9, 9, 10, 13]],
    ['after that', true, [0, 7, 7, 7, 9, 9, 9, 10, 13]],
  ])('go on when a pod is replaced under the same name while no collector runs, and answers %s', (_, isKnown, expected) => {
    const table = new RowTable()
    const pod = { name: 'store-0', controller: { kind: 'StatefulSet', name: 'store' } }
    table.mesh.scrape('uid-1', rq([200, 7]), { pod })
    table.commit().round().restart()
    if (isKnown) table.gone('uid-1').commit()
    table.mesh.advance(60_000).scrape('uid-2', rq([200, 2]), { pod })
    table.commit().round().restart()
    table.mesh.advance(60_000).scrape('uid-3', rq([200, 1]), { pod })
    table.gone('uid-1').gone('uid-2').commit().round().restart()
    table.mesh.advance(60_000).scrape('uid-3', rq([200, 4]), { pod })
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual(expected)
  })

  it('tell of what began and ended between two commits', () => {
    const table = new RowTable()
    table.mesh.scrape('a', rq([200, 7]))
    table.gone('a').commit()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 7])
  })

  it('go on with a code that the restarted sidecar has not answered yet, over a restart of the collector too', () => {
    const table = new RowTable()
    table.mesh.scrape('a', page(rq([200, 7], [503, 4]), total(11)), { process: 'first' })
    table.commit().round()
    table.mesh.advance(60_000).scrape('a', page(rq([200, 1]), total(1)), { process: 'second' })
    table.commit().round().restart()
    table.mesh.advance(60_000).scrape('a', page(rq([200, 2]), total(2)), { process: 'second' })
    table.commit().round()
    table.mesh.advance(60_000).scrape('a', page(rq([200, 2], [503, 1]), total(3)), { process: 'second' })
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '503' })).toEqual([0, 4, 4, 4, 4, 5])
  })

  it('go on with a code that the restarted sidecar answers between the commit and the round', () => {
    const table = new RowTable()
    table.mesh.scrape('a', page(rq([200, 7], [503, 4]), total(11)), { process: 'first' })
    table.commit().round()
    table.mesh.advance(60_000).scrape('a', page(rq([200, 1]), total(1)), { process: 'second' })
    table.commit()
    table.mesh.advance(1_000).scrape('a', page(rq([200, 2], [503, 1]), total(3)), { process: 'second' })
    table.round().commit().round()
    expect(table.vals(rqName, { envoy_response_code: '503' })).toEqual([0, 4, 4, 4, 5])
  })

  it('go on when a target has another id, its port being another', () => {
    const table = new RowTable()
    const pod = { name: 'one' }
    table.mesh.scrape('uid:1', rq([200, 7]), { pod })
    table.commit().round()
    table.mesh.renamed('uid:1', 'uid:2')
    table.rows.rename('uid:1', 'uid:2')
    table.rows.forget('uid:1')
    table.mesh.advance(60_000).scrape('uid:2', rq([200, 9]), { pod })
    table.commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 7, 7, 9])
  })

  it('tell last what was counted since the last round, and that no connection is open', () => {
    const table = new RowTable()
    table.mesh.scrape('a', whole(7))
    table.commit().round()
    table.mesh.advance(20_000).scrape('a', whole(12)).advance(1_000)
    table.gone('a').commit()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 7, 12])
    expect(table.vals('envoy_cluster_upstream_cx_active', {})).toEqual([2, 2, 0])
  })

  it('are of one target only where two have one name', () => {
    const table = new RowTable()
    table.mesh.scrape('a', rq([200, 7]), { pod: { name: 'same' } }).scrape('b', rq([200, 5]), { pod: { name: 'same' } })
    table.commit().round().commit().round()
    expect(table.vals(rqName, { envoy_response_code: '200' })).toEqual([0, 7, 7])
  })

  it('have a name for who has none', () => {
    const table = new RowTable()
    table.mesh.scrape('a', of('envoy_cluster_name="x"', [200, 1]), { pod: { app: '' } })
    table.commit()
    expect(table.table[0]?.tags).toMatchObject({ app: 'bookbuyer', 'container.azm.ms/clusterName': 'shop' })
  })

  it('fill chunks of 900,000 bytes at most, whatever letters names have', () => {
    const table = new RowTable()
    const clusters = Array.from({ length: 3_000 }, (_, n) => of(`envoy_cluster_name="bücher/${'店'.repeat(20)}-${n}|80"`, [200, n + 1]))
    table.mesh.scrape('a', clusters.join('\n'))
    table.commit()
    expect(table.chunks.length).toBeGreaterThan(1)
    for (const { body, count } of table.chunks) {
      expect(body.byteLength).toBeLessThanOrEqual(900_000)
      expect(Buffer.from(body).toString().match(/\n/g)?.length).toBe(count)
    }
    expect(table.table).toHaveLength(3_000)
  })

  it('leave out and count what fits into no request', () => {
    const table = new RowTable()
    table.mesh.scrape('a', page(of(`envoy_cluster_name="${'x'.repeat(400_000)}"`, [200, 1]), rq([200, 2])))
    table.commit()
    expect(table.table.map(({ tags }) => tags.envoy_cluster_name)).toEqual(['bookstore/bookstore|14001'])
  })
})

it.each([
  ['0.5', '0.5'],
  ['1.0', '1'],
  ['300000', '300000'],
  ['999999', '999999'],
  ['1000000', '1e+06'],
  ['1800000', '1.8e+06'],
  ['1.8e+06', '1.8e+06'],
  ['0.00001', '1e-05'],
  ['0', '0'],
  ['+Inf', '+Inf'],
  ['often', 'often'],
])('a bound %s is spelt %s', (le, text) => expect(boundText(le)).toBe(text))
