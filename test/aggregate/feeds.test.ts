import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'
import { active, cluster, connections, of, page, requests, rq } from './page-words.ts'

const times = (...bounds: [le: string, count: number][]) =>
  page(
    '# TYPE envoy_cluster_upstream_rq_time histogram',
    ...bounds.map(([le, count]) => `envoy_cluster_upstream_rq_time_bucket{${cluster},le="${le}"} ${count}`),
    `envoy_cluster_upstream_rq_time_sum{${cluster}} 60`,
  )

describe('connections and latency', () => {
  it('keeps the counts of pods that left, and lets their connections go', () => {
    const mesh = new Mesh()
      .scrape('a', page(rq([200, 10]), active(3)))
      .scrape('b', page(rq([200, 5]), active(2)))
      .gone('a')
    expect(mesh.counts(requests)).toEqual(['200 15'])
    expect(mesh.counts(connections)).toEqual(['2'])
  })

  it('lets connections go while a pod does not answer, and takes them back', () => {
    const mesh = new Mesh().scrape('a', active(3)).silent('a')
    expect(mesh.counts(connections, { zeros: true })).toEqual(['0'])
    expect(mesh.scrape('a', active(4)).counts(connections)).toEqual(['4'])
  })

  it('leaves the sheets while it does not answer', () => {
    const mesh = new Mesh().scrape('a', active(3)).scrape('b', active(1)).silent('a').silent('a')
    expect(mesh.checkpoint().sheets.map(({ target }) => target.id)).toEqual(['b'])
    expect(mesh.counts(connections)).toEqual(['1'])
    expect(
      mesh
        .scrape('a', active(3))
        .checkpoint()
        .sheets.map(({ target }) => target.id),
    ).toEqual(['a', 'b'])
  })

  it('lets connections go when their destination leaves the page', () => {
    expect(
      new Mesh()
        .scrape('a', page(rq([200, 10]), active(3)))
        .scrape('a', rq([200, 10]))
        .counts(connections, { zeros: true }),
    ).toEqual(['0'])
  })

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('skips a gauge of %s and keeps the last one', async (nonsense) => {
    const mesh = new Mesh().scrape('a', active(3)).scrape('a', active(nonsense))
    expect(mesh.counts(connections)).toEqual(['3'])
    expect(await mesh.telemetry.metrics.registry.getSingleMetricAsString('meshtelemetry_skipped_values_total')).toMatch(/ 1$/m)
    expect(mesh.scrape('a', active(2)).counts(connections)).toEqual(['2'])
  })

  it('turns milliseconds into seconds', () => {
    expect(new Mesh().scrape('a', times(['25', 3], ['+Inf', 4])).counts('mesh_request_duration_seconds')).toEqual([
      'bucket 0.025 3',
      'bucket Infinity 4',
      'sum 0.06',
    ])
  })

  it('matches bounds as numbers, and merges pods with other bounds where bounds coincide', () => {
    const mesh = new Mesh().scrape('a', times(['5', 1], ['25', 3], ['+Inf', 4])).scrape('b', times(['25.0', 10], ['50', 20], ['Inf', 30]))
    expect(mesh.counts('mesh_request_duration_seconds')).toEqual(['bucket 0.025 13', 'bucket Infinity 34', 'sum 0.12'])
  })
})

describe('a histogram of which one pod shows no bucket that others have', () => {
  const latency = 'mesh_request_duration_seconds'
  const bare = page(times(), `envoy_cluster_upstream_rq_time_count{${cluster}} 40`)

  it('has none: they would count too little', () => {
    expect(
      new Mesh()
        .scrape('a', times(['5', 1], ['+Inf', 4]))
        .scrape('b', bare)
        .counts(latency),
    ).toEqual(['sum 0.12', 'count 40'])
  })

  it('gets none later', () => {
    expect(
      new Mesh()
        .scrape('b', bare)
        .scrape('a', times(['5', 1], ['+Inf', 4]))
        .counts(latency),
    ).toEqual(['sum 0.12', 'count 40'])
  })
})

describe('the sums of one edge', () => {
  const cells = (mesh: Mesh) => mesh.checkpoint().committed.cells.length

  it('stay few whatever codes a sidecar makes up', () => {
    const mesh = new Mesh()
    for (let n = 0; n < 50; n++) mesh.scrape('a', page(`${rq([200, n])}\n${rq([1_000 + n, 1])}`))
    expect(mesh.counts('mesh_requests_total')).toEqual(['200 49', 'other 50'])
  })

  it('stay few whatever bounds it makes up', () => {
    const mesh = new Mesh().scrape('a', times(['5', 1], ['+Inf', 4]))
    const before = cells(mesh)
    for (let n = 0; n < 50; n++) mesh.scrape('b', times(['5', 1], [`${n}.5`, 2], ['+Inf', 4]))
    expect(cells(mesh)).toBe(before)
    const endless = Array.from({ length: 1_000 }, (_, n): [string, number] => [String(n), n])
    expect(cells(new Mesh().scrape('a', times(...endless)))).toBe(1)
  })
})

describe('a pod whose facts change', () => {
  const moved = { pod: { app: 'reader' } }

  it('takes its connections along to the new edge, and leaves its counts at the old one', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), active(3))).scrape('a', page(rq([200, 14]), active(2)), moved)
    expect(mesh.counts(requests)).toEqual(['200 10', '200 4'])
    expect(mesh.counts(connections, { zeros: true })).toEqual(['0', '2'])
    expect(mesh.gone('a').counts(connections)).toEqual([])
  })

  it('does so when its page changes in the same moment', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), active(3))).scrape('a', page(rq([200, 14], [503, 1]), active(2)), moved)
    expect(mesh.counts(requests)).toEqual(['200 10', '200 4', '503 1'])
    expect(mesh.counts(connections, { zeros: true })).toEqual(['0', '2'])
  })

  it('goes on at the same edge when it begins to leave', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), active(3))).scrape('a', page(rq([200, 14]), active(2)), { terminating: true })
    expect(mesh.counts(requests)).toEqual(['200 14'])
    expect(mesh.counts(connections)).toEqual(['2'])
  })
})

describe('room for edges', () => {
  it('finds its edges again, from zero, when a pod comes back that was silent while they were forgotten', () => {
    const to = (name: string, value: number) => of(`envoy_cluster_name="x/${name}|80"`, [200, value])
    const mesh = new Mesh({ edgeLimit: 2 }).scrape('a', to('one', 5)).silent('a').advance(1000)
    mesh.scrape('b', to('two', 1)).scrape('c', to('three', 1))
    expect(mesh.counts(requests)).toEqual(['200 1', '200 1'])
    expect(mesh.gone('b').scrape('a', to('one', 8)).counts(requests)).toEqual(['200 1', '200 3'])
  })

  it('forgets the edges that moved longest ago, never a live one, and says how many', () => {
    const mesh = new Mesh({ edgeLimit: 2 })
    for (const name of ['one', 'two', 'three']) mesh.scrape(name, of(`envoy_cluster_name="x/${name}|80"`, [200, 1])).advance(1000)
    mesh.gone('one').gone('two')
    expect(mesh.counts(requests)).toEqual(['200 1', '200 1'])
    expect(mesh.telemetry.lines.join()).toContain('edges_forgotten')
    expect(
      mesh
        .scrape('one', of('envoy_cluster_name="x/one|80"', [200, 7]))
        .scrape('one', of('envoy_cluster_name="x/one|80"', [200, 9]))
        .counts(requests),
    ).toContain('200 9')
  })
})
