import { describe, expect, it } from 'vitest'
import { active, cluster, of, old, page, rq, uptime, vault } from '../../aggregate/page-words.ts'
import { Mesh } from '../../support/mesh.ts'
import { RowTable } from './row-table.ts'

const fidelities = ['full', 'compact'] as const
const ofStore = { name: 'store-0', controller: { kind: 'StatefulSet', name: 'store' } }
const toBookstore = { envoy_response_code: '200', envoy_cluster_name: 'bookstore/bookstore|14001' }
const newest = (table: RowTable) => table.vals('envoy_cluster_upstream_rq', toBookstore).at(-1)

describe.each(fidelities)('%s rows', (fidelity) => {
  it.each([
    ['and it is known at once', true],
    ['and it is known later', false],
  ])(
    'count nothing twice of a StatefulSet’s pod at the address of the one before, which answered while it was taken for that one, %s',
    (_, isKnown) => {
      const table = new RowTable(fidelity)
      const scrape = (id: string, seconds: number, requests: number) =>
        table.mesh.scrape(id, page(uptime(seconds), rq([200, requests])), { pod: ofStore })
      scrape('a', 100, 7)
      table.commit().round()
      table.mesh.advance(60_000)
      scrape('a', 10, 3)
      if (!isKnown) table.commit().round()
      table.mesh.succeeded('a', 'b').advance(1_000)
      scrape('b', 11, 3)
      if (isKnown) table.gone('a')
      table.commit().round()
      table.mesh.advance(10_000)
      scrape('b', 21, 5)
      table.gone('a').commit().round()
      expect(newest(table)).toBe(12)
      table.restart()
      table.mesh.advance(10_000)
      scrape('b', 31, 6)
      table.commit().round()
      expect(newest(table)).toBe(13)
    },
  )

  it.each([
    ['', false],
    [', over a restart of the collector too', true],
  ])('go on with a pod that was left out since it named too much, once its container is another%s', (_, restarts) => {
    const table = new RowTable(fidelity, new Mesh({ rememberedLimit: 2 }))
    const named = (count: number) => Array.from({ length: count }, (__, n) => of(`envoy_cluster_name="x/${n}|80"`, [200, 1]))
    table.mesh.scrape('a', page(rq([200, 7]), ...named(3)), { process: 'first', pod: ofStore })
    table.commit().round()
    expect(() => table.mesh.scrape('a', rq([200, 8]), { process: 'first', pod: ofStore })).toThrow('more than 2')
    table.mesh.advance(60_000)
    table.commit().round()
    if (restarts) table.restart()
    table.mesh.scrape('a', rq([200, 2]), { process: 'second', pod: ofStore })
    table.commit().round()
    expect(newest(table)).toBe(9)
  })
})

describe('full rows', () => {
  const opened = (count: number) => `# TYPE envoy_cluster_upstream_cx_total counter\nenvoy_cluster_upstream_cx_total{${cluster}} ${count}`
  const open = (table: RowTable) => table.vals('envoy_cluster_upstream_cx_active', { pod_name: 'bookbuyer-1' })
  const ofDeployment = { name: 'bookbuyer-1', controller: { kind: 'ReplicaSet', name: 'bookbuyer' } }

  it('tell the last of a pod that went while no collector ran, right after its newest page, and that nothing of it is open', () => {
    const table = new RowTable('full')
    table.mesh.scrape('a', page(rq([200, 7]), opened(4), active(3)), { pod: ofDeployment })
    table.commit().round()
    table.mesh.advance(10_000).scrape('a', page(rq([200, 9]), opened(5), active(4)), { pod: ofDeployment })
    const readMs = table.mesh.clock.wallMs()
    table.restart().mesh.advance(60_000)
    table.gone('a').commit()
    expect(table.vals('envoy_cluster_upstream_rq', { ...toBookstore, pod_name: 'bookbuyer-1' })).toEqual([0, 7, 9])
    expect(open(table)).toEqual([3, 0])
    expect(table.table.at(-1)?.timeGeneratedMs).toBe(readMs + 1)
    expect(table.vals('envoy_cluster_upstream_rq', { envoy_response_code: '503', pod_name: 'bookbuyer-1' }).at(-1)).toBe(0)
  })

  it.each(['', 'x', '{', '1e300', '-1'])('begin anew where the note of when was read last says %j', (text) => {
    const table = new RowTable('full')
    table.mesh.scrape('a', page(opened(4), active(3)), { pod: ofDeployment })
    table.commit().round().garble('read', text).restart().gone('a').commit()
    expect(open(table)).toEqual([3, 0])
  })

  it('close what was open before anybody watched', () => {
    const table = new RowTable('full')
    table.mesh.scrape('a', page(opened(4), active(3)), { pod: ofDeployment, ...old })
    table.commit().round().restart().gone('a').commit()
    expect(open(table)).toEqual([3, 0])
  })

  it('close nothing of a pod that answers again', () => {
    const table = new RowTable('full')
    table.mesh.scrape('a', page(opened(4), active(3)), { pod: ofDeployment })
    table.commit().round().restart()
    table.mesh.advance(60_000).scrape('a', page(opened(5), active(2)), { pod: ofDeployment })
    table.commit().round()
    expect(open(table)).toEqual([3, 2])
  })
})

describe('another fidelity', () => {
  it('begins anew, also the one that was left before', () => {
    const table = new RowTable('compact')
    table.mesh.scrape('a', rq([200, 7]), { pod: ofStore })
    table.commit().round().restart('full')
    table.mesh.advance(60_000).scrape('a', rq([200, 9]), { pod: ofStore })
    table.commit().round().restart('compact')
    table.mesh.advance(60_000).scrape('a', rq([200, 12]), { pod: ofStore })
    table.commit().round()
    table.mesh.advance(60_000).scrape('a', rq([200, 13]), { pod: ofStore })
    table.commit().round()
    expect(table.vals('envoy_cluster_upstream_rq', { pod_name: 'store', envoy_response_code: '200' })).toEqual([0, 7, 0, 1])
  })
})

describe('compact rows', () => {
  it.each(['', '{', '{"members":0}', 'null'])('begin anew where a note says %j', (text) => {
    const table = new RowTable('compact')
    const name = '{"app":"bookbuyer","namespace":"bookbuyer","pod_name":"bookbuyer"}'
    const keys = [`workload ${name}`, `workload-round ${name}`, 'workload ', 'workload {']
    table.rows.recall(new Map(keys.map((key) => [key, text])), () => undefined)
    table.mesh.scrape('a', rq([200, 7]))
    table.commit().round()
    expect(newest(table)).toBe(7)
  })

  it('remember no more series of a workload than a few thousand, whatever its pods invent, and go on exactly with those that it has', () => {
    const table = new RowTable('compact')
    const invented = (at: number) =>
      Array.from({ length: 900 }, (_, n) => `envoy_cluster_upstream_rq{envoy_response_code="${n}",envoy_cluster_name="x/${at}|80"} 1`)
    for (let at = 1; at <= 7; at++) {
      table.mesh.scrape(`uid-${at}`, page(rq([200, at]), ...invented(at)))
      if (at > 2) table.mesh.scrape('stays', vault([200, at]))
      table.commit().round()
      table.mesh.advance(60_000)
      table.gone(`uid-${at}`).commit().round()
    }
    table.restart()
    expect(table.noted.length).toBeLessThan(200_000)
    table.mesh.scrape('last', rq([200, 1])).scrape('stays', vault([200, 9]))
    table.commit().round()
    expect(newest(table)).toBe(29)
    const stays = { envoy_response_code: '200', envoy_cluster_name: 'bank/vault|80' }
    expect(table.vals('envoy_cluster_upstream_rq', stays)).toEqual([0, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 9])
  })
})
