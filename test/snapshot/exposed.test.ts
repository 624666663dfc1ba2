import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'

const rq = (value: number, code = 200, to = 'bookstore/bookstore|14001') =>
  `# TYPE envoy_cluster_upstream_rq counter\nenvoy_cluster_upstream_rq{envoy_response_code="${code}",envoy_cluster_name="${to}"} ${value}`
const both = (ok: number, failed: number) =>
  `${rq(ok)}\nenvoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="bookstore/bookstore|14001"} ${failed}`
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

  it('shows it as 0 until everyone who reads regularly has come once more', () => {
    const mesh = new Mesh().scrape('a', rq(0)).commit()
    for (let times = 0; times < 3; times++) mesh.fetchedBy('prometheus').advance(30_000)
    mesh.scrape('a', rq(10)).commit()
    expect(mesh.advance(30_000).commit().shows(requests)).toEqual(['200 0'])
    expect(mesh.fetchedBy('prometheus').advance(3_000).commit().shows(requests)).toEqual(['200 10'])
  })

  it.each([
    ['looks now and then', [0, 7_000, 40_000, 55_000]],
    ['came regularly and stays away', [0, 20_000, 40_000, 60_000, 180_000]],
    ['comes less than once a minute', [0, 90_000, 180_000, 270_000]],
  ])('waits for nobody who %s', (_, comings) => {
    const mesh = new Mesh().scrape('a', rq(0)).commit()
    const beganMs = mesh.clock.monotonicMs()
    for (const [n, ms] of comings.entries()) {
      mesh.advance(beganMs + ms - mesh.clock.monotonicMs())
      if (n < comings.length - 1) mesh.fetchedBy('somebody')
    }
    mesh.scrape('a', rq(10)).commit()
    expect(mesh.advance(10_000).commit().shows(requests)).toEqual(['200 10'])
  })

  it('does so for a rare error in an edge that is long known', () => {
    const mesh = new Mesh().scrape('a', rq(10)).commit().advance(20_000).scrape('a', both(11, 1)).commit()
    expect(mesh.shows(requests)).toEqual(['200 11', '503 0'])
    expect(mesh.advance(10_000).commit().shows(requests)).toEqual(['200 11', '503 1'])
  })

  it('leaves out an edge that never carried anything, and begins it at 0 once it does', () => {
    const mesh = new Mesh().scrape('a', rq(0)).commit().advance(20_000).commit()
    expect(mesh.shows(requests)).toEqual([])
    expect(mesh.snapshot.edges({ windowMs: 60_000 }).edges).toMatchObject([{ live: true, requests: { total: 0 } }])
    mesh.scrape('a', rq(3)).commit()
    expect(mesh.shows(requests)).toEqual(['200 0'])
    expect(mesh.advance(10_000).commit().shows(requests)).toEqual(['200 3'])
  })

  it('shows an edge of which only an open connection is known', () => {
    const active = (value: number) =>
      `# TYPE envoy_cluster_upstream_cx_active gauge\nenvoy_cluster_upstream_cx_active{envoy_cluster_name="bookstore/bookstore|14001"} ${value}`
    const mesh = new Mesh().scrape('a', active(0)).commit()
    expect(mesh.shows('mesh_connections_active')).toEqual([])
    expect(mesh.scrape('a', active(2)).commit().shows('mesh_connections_active')).toEqual(['2'])
    expect(mesh.scrape('a', active(0)).commit().shows('mesh_connections_active')).toEqual(['0'])
  })

  it('never falls when pods leave', () => {
    const mesh = new Mesh().scrape('a', rq(10)).commit().advance(10_000).commit().gone('a').commit()
    expect(mesh.shows(requests)).toEqual(['200 10'])
  })

  it('lets an edge leave that nobody reports and that has not moved for an hour', () => {
    const mesh = new Mesh()
      .scrape('a', rq(10))
      .gone('a')
      .advance(hour - 1)
      .commit()
    expect(mesh.shows(requests)).toHaveLength(1)
    expect(mesh.advance(1).commit().shows(requests)).toEqual([])
  })

  it('keeps an edge that is reported although it does not move', () => {
    expect(
      new Mesh()
        .scrape('a', rq(10))
        .commit()
        .advance(2 * hour)
        .commit()
        .shows(requests),
    ).toEqual(['200 10'])
  })

  it('lets it return at the value that it left with, and move on after an interval', () => {
    const mesh = new Mesh().scrape('a', rq(10)).gone('a').commit().advance(hour).commit()
    mesh.scrape('b', rq(5)).commit()
    expect(mesh.shows(requests)).toEqual(['200 10'])
    expect(mesh.advance(10_000).commit().shows(requests)).toEqual(['200 15'])
  })

  it('hides a bucket as soon as a pod joins that lacks it, and nothing else', () => {
    const times = (...bounds: string[]) =>
      `# TYPE envoy_cluster_upstream_rq_time histogram\n${bounds.map((le) => `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a/b|1",le="${le}"} 1`).join('\n')}`
    const mesh = new Mesh()
      .scrape('a', times('5', '25', '+Inf'))
      .commit()
      .advance(10_000)
      .commit()
    expect(mesh.shows('mesh_request_duration_seconds')).toEqual(['bucket 0.005 1', 'bucket 0.025 1', 'bucket Infinity 1'])
    mesh.scrape('b', times('25', '+Inf')).commit()
    expect(mesh.shows('mesh_request_duration_seconds')).toEqual(['bucket 0.025 2', 'bucket Infinity 2'])
    expect(mesh.snapshot.edges({ windowMs: 60_000 }).edges[0]?.latencySeconds?.count).toBe(1)
  })

  it('drops an edge that was forgotten, and shows it as new when it comes back', () => {
    const mesh = new Mesh({ edgeLimit: 1 }).scrape('a', rq(10)).commit().advance(10_000).commit().gone('a')
    expect(
      mesh
        .scrape('b', rq(5, 200, 'x/other|1'))
        .commit()
        .advance(10_000)
        .commit()
        .shows(requests),
    ).toEqual(['200 5'])
    expect(mesh.snapshot.status().edges).toBe(1)
    mesh.gone('b').scrape('a', rq(3)).commit()
    expect(mesh.shows(requests)).toEqual(['200 0'])
    expect(mesh.advance(10_000).commit().shows(requests)).toEqual(['200 3'])
  })

  it('shows gauges at once', () => {
    const active = '# TYPE envoy_cluster_upstream_cx_active gauge\nenvoy_cluster_upstream_cx_active{envoy_cluster_name="a/b|1"} 3'
    expect(new Mesh().scrape('a', active).commit().shows('mesh_connections_active')).toEqual(['3'])
  })
})

describe('figures over a window', () => {
  it('are rates over the time that was really covered', () => {
    const mesh = new Mesh().scrape('a', both(10, 0)).commit().advance(30_000).scrape('a', both(70, 20)).commit()
    const { coveredMs, edges } = mesh.snapshot.edges({ windowMs: 300_000 })
    expect(coveredMs).toBe(30_000)
    expect(edges[0]?.requests).toMatchObject({
      total: 90,
      inWindow: 80,
      errorRatio: 0.25,
      clientErrorRatio: 0,
      byCode: { 200: 60, 503: 20 },
    })
    expect(edges[0]?.requests?.perSecond).toBeCloseTo(80 / 30)
  })

  it('forget what lies before the window', () => {
    const mesh = new Mesh().scrape('a', both(10, 0)).commit()
    for (let i = 1; i <= 12; i++)
      mesh
        .advance(10_000)
        .scrape('a', both(10 + i, 0))
        .commit()
    expect(mesh.snapshot.edges({ windowMs: 60_000 }).edges[0]?.requests).toMatchObject({ inWindow: 6, perSecond: 0.1 })
  })

  it('come worst first', () => {
    const mesh = new Mesh()
      .scrape('a', `${rq(1)}\n${rq(1, 503, 'x/bad|1')}\n${rq(1, 200, 'x/busy|1')}`)
      .commit()
      .advance(10_000)
    mesh.scrape('a', `${rq(2)}\n${rq(2, 503, 'x/bad|1')}\n${rq(9, 200, 'x/busy|1')}`).commit()
    expect(mesh.snapshot.edges({ windowMs: 60_000 }).edges.map(({ labels }) => labels.destination_service)).toEqual([
      'bad',
      'busy',
      'bookstore',
    ])
  })

  it('leave requests out of an edge that never carried any', () => {
    const tcp = '# TYPE envoy_cluster_upstream_cx_total counter\nenvoy_cluster_upstream_cx_total{envoy_cluster_name="db/mysql|3306"} 4'
    const [edge] = new Mesh().scrape('a', tcp).commit().snapshot.edges({ windowMs: 60_000 }).edges
    expect(edge).toMatchObject({ requests: null, latencySeconds: null, connections: { openedTotal: 4, active: null } })
  })

  it('hold quantiles of the window alone', () => {
    const times = (fast: number, all: number) =>
      `# TYPE envoy_cluster_upstream_rq_time histogram\n${[
        ['10', fast],
        ['100', all],
        ['+Inf', all],
      ]
        .map(([le, n]) => `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a/b|1",le="${le}"} ${n}`)
        .join('\n')}`
    const mesh = new Mesh().scrape('a', times(1000, 1000)).commit().advance(10_000).scrape('a', times(1000, 1010)).commit()
    expect(mesh.snapshot.edges({ windowMs: 60_000 }).edges[0]?.latencySeconds).toMatchObject({
      count: 10,
      p50: expect.closeTo(0.055) as number,
    })
  })
})

describe('history', () => {
  it('keeps an hour, finer the younger, a point per step', () => {
    const mesh = new Mesh()
    for (let i = 0; i <= 400; i++) mesh.scrape('a', both(i, 0)).commit().advance(10_000)
    const fine = mesh.snapshot.history({ windowMs: 300_000, stepMs: 10_000 }).edges[0]?.points ?? []
    expect(fine.map(({ requests: n }) => n)).toEqual(fine.map(() => 1))
    expect(fine.length).toBeGreaterThanOrEqual(29)
    const coarse = mesh.snapshot.history({ windowMs: hour, stepMs: 60_000 }).edges[0]?.points ?? []
    expect(coarse.length).toBeGreaterThanOrEqual(58)
    expect(coarse.every(({ requests: n, seconds }) => n === 6 && seconds === 60)).toBe(true)
  })

  it('tells of each step what happened in it alone', () => {
    const times = (fast: number, all: number) =>
      [['10', fast] as const, ['100', all] as const, ['+Inf', all] as const].map(
        ([le, count]) => `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="bookstore/bookstore|14001",le="${le}"} ${count}`,
      )
    const page = (ok: number, failed: number, fast: number) =>
      [both(ok, failed), '# TYPE envoy_cluster_upstream_rq_time histogram', ...times(fast, ok)].join('\n')
    const mesh = new Mesh()
      .scrape('a', page(100, 5, 100))
      .commit()
      .advance(10_000)
    mesh
      .scrape('a', page(110, 7, 100))
      .commit()
      .advance(10_000)
      .scrape('a', page(110, 7, 100))
      .commit()
    const [first, second] = mesh.snapshot.history({ windowMs: 60_000, stepMs: 10_000 }).edges[0]?.points ?? []
    expect(first).toMatchObject({ seconds: 10, requests: 12, errors: 2, p50: expect.closeTo(0.055) as number, active: null })
    expect(second).toMatchObject({ requests: 0, errors: 0, p50: null })
  })

  it('stays within its bytes and says what it covers', () => {
    const mesh = new Mesh({ historyBytes: 8 * 2 * 20 })
    for (let i = 0; i <= 400; i++) mesh.scrape('a', both(i, 0)).commit().advance(10_000)
    expect(mesh.snapshot.edges({ windowMs: hour }).coveredMs).toBeLessThan(600_000)
  })
})
