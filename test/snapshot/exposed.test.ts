import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'

const rq = (value: number, code = 200, to = 'bookstore/bookstore|14001') =>
  `# TYPE envoy_cluster_upstream_rq counter\nenvoy_cluster_upstream_rq{envoy_response_code="${code}",envoy_cluster_name="${to}"} ${value}`
const both = (ok: number, failed: number) => `${rq(ok)}\nenvoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="bookstore/bookstore|14001"} ${failed}`
const requests = 'mesh_requests_total'
const hour = 3_600_000

describe('what others see of the sums', () => {
  it('is only what was committed', () => {
    const mesh = new Mesh().scrape('a', rq(10)).commit().scrape('a', rq(15))
    expect(mesh.counts(requests)).toEqual(['200 15'])
    expect(mesh.advance(10_000).shows(requests)).toEqual(['200 0'])
    expect(mesh.commit().shows(requests)).toEqual(['200 15'])
  })

  it('shows a new sum as 0 for one interval, so that an increase holds what it was born with', () => {
    const mesh = new Mesh().scrape('a', rq(10)).commit()
    expect(mesh.shows(requests)).toEqual(['200 0'])
    expect(mesh.advance(9_999).commit().shows(requests)).toEqual(['200 0'])
    expect(mesh.advance(1).commit().shows(requests)).toEqual(['200 10'])
  })

  it('does so for a rare error in an edge that is long known', () => {
    const mesh = new Mesh().scrape('a', rq(10)).commit().advance(20_000).scrape('a', both(11, 1)).commit()
    expect(mesh.shows(requests)).toEqual(['200 11', '503 0'])
    expect(mesh.advance(10_000).commit().shows(requests)).toEqual(['200 11', '503 1'])
  })

  it('never falls when pods leave', () => {
    const mesh = new Mesh().scrape('a', rq(10)).commit().advance(10_000).commit().gone('a').commit()
    expect(mesh.shows(requests)).toEqual(['200 10'])
  })

  it('lets an edge leave that nobody reports and that has not moved for an hour', () => {
    const mesh = new Mesh().scrape('a', rq(10)).gone('a').advance(hour - 1).commit()
    expect(mesh.shows(requests)).toHaveLength(1)
    expect(mesh.advance(1).commit().shows(requests)).toEqual([])
  })

  it('keeps an edge that is reported although it does not move', () => {
    expect(new Mesh().scrape('a', rq(10)).commit().advance(2 * hour).commit().shows(requests)).toEqual(['200 10'])
  })

  it('lets it return at the value that it left with, and move on after an interval', () => {
    const mesh = new Mesh().scrape('a', rq(10)).gone('a').commit().advance(hour).commit()
    mesh.scrape('b', rq(5)).commit()
    expect(mesh.shows(requests)).toEqual(['200 10'])
    expect(mesh.advance(10_000).commit().shows(requests)).toEqual(['200 15'])
  })

  it('shows gauges at once', () => {
    const active = '# TYPE envoy_cluster_upstream_cx_active gauge\nenvoy_cluster_upstream_cx_active{envoy_cluster_name="a/b|1"} 3'
    expect(new Mesh().scrape('a', active).commit().shows('mesh_connections_active')).toEqual(['3'])
  })
})

describe('figures over a window', () => {
  it('are rates over the time that was really covered', () => {
    const mesh = new Mesh().scrape('a', both(10, 0)).commit().advance(30_000).scrape('a', both(70, 20)).commit()
    const { coveredMs, edges } = mesh.snapshot.edges(300_000)
    expect(coveredMs).toBe(30_000)
    expect(edges[0]?.requests).toMatchObject({ total: 90, inWindow: 80, errorRatio: 0.25, clientErrorRatio: 0, byCode: { 200: 60, 503: 20 } })
    expect(edges[0]?.requests?.perSecond).toBeCloseTo(80 / 30)
  })

  it('forget what lies before the window', () => {
    const mesh = new Mesh().scrape('a', both(10, 0)).commit()
    for (let i = 1; i <= 12; i++) mesh.advance(10_000).scrape('a', both(10 + i, 0)).commit()
    expect(mesh.snapshot.edges(60_000).edges[0]?.requests).toMatchObject({ inWindow: 6, perSecond: 0.1 })
  })

  it('come worst first', () => {
    const mesh = new Mesh().scrape('a', `${rq(1)}\n${rq(1, 503, 'x/bad|1')}\n${rq(1, 200, 'x/busy|1')}`).commit().advance(10_000)
    mesh.scrape('a', `${rq(2)}\n${rq(2, 503, 'x/bad|1')}\n${rq(9, 200, 'x/busy|1')}`).commit()
    expect(mesh.snapshot.edges(60_000).edges.map(({ labels }) => labels.destination_service)).toEqual(['bad', 'busy', 'bookstore'])
  })

  it('leave requests out of an edge that never carried any', () => {
    const tcp = '# TYPE envoy_cluster_upstream_cx_total counter\nenvoy_cluster_upstream_cx_total{envoy_cluster_name="db/mysql|3306"} 4'
    const [edge] = new Mesh().scrape('a', tcp).commit().snapshot.edges(60_000).edges
    expect(edge).toMatchObject({ requests: null, latencySeconds: null, connections: { openedTotal: 4, active: null } })
  })

  it('hold quantiles of the window alone', () => {
    const times = (fast: number, all: number) =>
      `# TYPE envoy_cluster_upstream_rq_time histogram\n${[['10', fast], ['100', all], ['+Inf', all]].map(([le, n]) => `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a/b|1",le="${le}"} ${n}`).join('\n')}`
    const mesh = new Mesh().scrape('a', times(1000, 1000)).commit().advance(10_000).scrape('a', times(1000, 1010)).commit()
    expect(mesh.snapshot.edges(60_000).edges[0]?.latencySeconds).toMatchObject({ count: 10, p50: expect.closeTo(0.055) as number })
  })
})

describe('history', () => {
  it('keeps an hour, finer the younger, a point per step', () => {
    const mesh = new Mesh()
    for (let i = 0; i <= 400; i++) mesh.scrape('a', both(i, 0)).commit().advance(10_000)
    const fine = mesh.snapshot.history(300_000, 10_000).edges[0]?.points ?? []
    expect(fine.map(({ requests: n }) => n)).toEqual(fine.map(() => 1))
    expect(fine.length).toBeGreaterThanOrEqual(29)
    const coarse = mesh.snapshot.history(hour, 60_000).edges[0]?.points ?? []
    expect(coarse.length).toBeGreaterThanOrEqual(58)
    expect(coarse.every(({ requests: n, seconds }) => n === 6 && seconds === 60)).toBe(true)
  })

  it('stays within its bytes and says what it covers', () => {
    const mesh = new Mesh({ historyBytes: 8 * 2 * 20 })
    for (let i = 0; i <= 400; i++) mesh.scrape('a', both(i, 0)).commit().advance(10_000)
    expect(mesh.snapshot.edges(hour).coveredMs).toBeLessThan(600_000)
  })
})
