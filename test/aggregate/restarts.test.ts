import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'
import { cluster, epoch, old, page, requests, rq, uptime, vault } from './page-words.ts'

describe('restarts', () => {
  it('takes one fall as a restart of everything towards that destination', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 100], [503, 2]))
        .scrape('a', rq([200, 20], [503, 5]))
        .counts(requests),
    ).toEqual(['200 120', '503 7'])
  })

  it('takes histogram columns along', () => {
    const times = (count: number) =>
      `# TYPE envoy_cluster_upstream_rq_time histogram\nenvoy_cluster_upstream_rq_time_count{${cluster}} ${count}`
    const mesh = new Mesh().scrape('a', page(rq([200, 100]), times(5))).scrape('a', page(rq([200, 20]), times(8)))
    expect(mesh.counts('mesh_request_duration_seconds')).toEqual(['count 13'])
  })

  it('counts nothing twice when a value of the first page after it is no number', () => {
    const mesh = new Mesh().scrape('a', rq([200, 100], [503, 10])).scrape('a', rq([200, 5], [503, Number.NaN]))
    expect(mesh.scrape('a', rq([200, 6], [503, 2])).counts(requests)).toEqual(['200 106', '503 12'])
  })

  it('leaves other destinations alone', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 100]), vault([200, 50]))).scrape('a', page(rq([200, 20]), vault([200, 51])))
    expect(mesh.counts(requests)).toEqual(['200 120', '200 51'])
  })

  it('counts a series from zero when it comes back after a restart', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10], [503, 5]))
        .scrape('a', rq([200, 1]))
        .scrape('a', rq([200, 2], [503, 7]))
        .counts(requests),
    ).toEqual(['200 12', '503 12'])
  })

  it('sees a restart by the uptime where every counter has outrun its old value', () => {
    expect(
      new Mesh()
        .scrape('a', page(rq([200, 10]), uptime(600)))
        .advance(10_000)
        .scrape('a', page(rq([200, 30]), uptime(4)))
        .counts(requests),
    ).toEqual(['200 40'])
  })

  it('sees a hot restart by its epoch, while the uptime goes on', () => {
    const before = page(rq([200, 10]), uptime(5), epoch(0))
    expect(
      new Mesh()
        .scrape('a', before)
        .scrape('a', page(rq([200, 12]), uptime(15), epoch(1)))
        .counts(requests),
    ).toEqual(['200 22'])
  })

  it('sees a restart by a new container id', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10]), { process: 'x' })
        .scrape('a', rq([200, 30]), { process: 'y' })
        .counts(requests),
    ).toEqual(['200 40'])
  })

  it.each([
    ['the uptime', page(rq([200, 30]), uptime(1)), page(rq([200, 35]), uptime(11))],
    ['the counters', page(rq([200, 3]), uptime(9)), page(rq([200, 35]), uptime(19))],
  ])('counts a restart once that %s told before discovery brought the new container id', (_, first, second) => {
    const mesh = new Mesh()
      .scrape('a', page(rq([200, 10]), uptime(8)), { process: 'x' })
      .advance(10_000)
      .scrape('a', first, { process: 'x' })
      .advance(10_000)
      .scrape('a', second, { process: 'y' })
    expect(mesh.counts(requests)).toEqual(['200 45'])
  })

  describe('of a pod whose address another one has by now', () => {
    const old = () => new Mesh().scrape('old', page(rq([200, 907]), uptime(5010)), { process: 'x' }).advance(2_000)

    it("is counted once when the other one's process answered before its object was known", () => {
      const mesh = old().scrape('old', page(rq([200, 3000]), uptime(0)), { process: 'x' })
      mesh.succeeded('old', 'new').advance(2_000)
      mesh.scrape('new', page(rq([200, 3004]), uptime(2)), { process: 'y' })
      expect(mesh.counts(requests)).toEqual(['200 3911'])
      expect(mesh.totals('new', 'envoy_cluster_upstream_rq200')).toBe(3004)
    })

    it('is one of its own where the other one never answered for it', () => {
      const mesh = old()
        .succeeded('old', 'new')
        .scrape('new', page(rq([200, 3000]), uptime(0)), { process: 'y' })
      expect(mesh.counts(requests)).toEqual(['200 3907'])
    })
  })

  it('counts what fell once, and the rest anew, when the counters of one destination told before discovery did', () => {
    const mesh = new Mesh()
      .scrape('a', page(rq([200, 100]), vault([200, 10])), { process: 'x' })
      .scrape('a', rq([200, 3]), { process: 'x' })
    expect(mesh.scrape('a', page(rq([200, 5]), vault([200, 30])), { process: 'y' }).counts(requests)).toEqual(['200 105', '200 40'])
  })

  it('counts anew at the next container id what had told of the last one', () => {
    const mesh = new Mesh().scrape('a', rq([200, 100]), { process: 'x' }).scrape('a', rq([200, 3]), { process: 'x' })
    expect(
      mesh
        .scrape('a', rq([200, 5]), { process: 'y' })
        .scrape('a', rq([200, 50]), { process: 'z' })
        .counts(requests),
    ).toEqual(['200 155'])
  })

  it('counts one restart, however many told of it', async () => {
    const mesh = new Mesh()
      .scrape('a', rq([200, 10]), { process: 'x' })
      .scrape('a', rq([200, 3]), { process: 'x' })
      .scrape('a', rq([200, 5]), { process: 'y' })
    expect(await mesh.telemetry.metrics.registry.getSingleMetricAsString('meshtelemetry_target_restarts_total')).toMatch(/ 1$/m)
    expect(mesh.counts(requests)).toEqual(['200 15'])
  })

  it('counts the next restart too after one that both told', () => {
    const mesh = new Mesh()
      .scrape('a', rq([200, 10]), { process: 'x' })
      .scrape('a', rq([200, 1]), { process: 'y' })
      .scrape('a', rq([200, 50]), { process: 'z' })
    expect(mesh.counts(requests)).toEqual(['200 61'])
  })

  it('counts two restarts twice of which discovery told the first late, together with the second page', () => {
    const mesh = new Mesh()
      .scrape('a', page(rq([200, 10]), uptime(900)), { process: 'x' })
      .advance(10_000)
      .scrape('a', page(rq([200, 20]), uptime(9)), { process: 'x' })
      .advance(10_000)
    mesh
      .scrape('a', page(rq([200, 30]), uptime(3)), { process: 'y' })
      .advance(10_000)
      .scrape('a', page(rq([200, 31]), uptime(13)), { process: 'z' })
    expect(mesh.counts(requests)).toEqual(['200 61'])
  })

  it('does not mistake the first container id that is known for another one', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10]))
        .scrape('a', rq([200, 12]), { process: 'x' })
        .counts(requests),
    ).toEqual(['200 12'])
  })

  it('counts everything from zero after a restart of an old pod, also what its first page did not name', () => {
    const mesh = new Mesh()
      .scrape('a', page(rq([200, 1000]), uptime(900)), old)
      .advance(10_000)
      .scrape('a', page(rq([200, 5]), uptime(3)), old)
    expect(mesh.scrape('a', page(rq([200, 6], [503, 2]), uptime(13)), { ...old, asked: 'filtered' }).counts(requests)).toEqual([
      '200 6',
      '503 2',
    ])
  })

  it('counts a destination from zero after a restart of an old pod, however its pages were asked for', () => {
    const mesh = new Mesh()
      .scrape('a', page(rq([200, 1000]), uptime(900)), old)
      .advance(10_000)
      .scrape('a', page(rq([200, 5]), uptime(3)), old)
    const other = vault([200, 2])
    expect(mesh.scrape('a', page(rq([200, 6]), other, uptime(13)), { ...old, asked: 'filtered' }).counts(requests)).toEqual([
      '200 6',
      '200 2',
    ])
  })

  it('counts a series from zero in a destination that began anew, and only there, when the page was asked for differently', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 1000]), vault([200, 50])), old).scrape('a', page(rq([200, 5]), vault([200, 50])), old)
    mesh.scrape('a', page(rq([200, 6], [503, 2]), vault([200, 50], [503, 70])), { ...old, asked: 'filtered' })
    expect(mesh.counts(requests)).toEqual(['200 6', '503 2'])
  })

  it('forgets what absent destinations counted before the process began anew', () => {
    const other = vault([200, 50])
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), other, uptime(60))).advance(10_000)
    mesh
      .scrape('a', page(rq([200, 1]), uptime(2)))
      .advance(10_000)
      .scrape('a', page(rq([200, 2]), vault([200, 70]), uptime(12)))
    expect(mesh.counts(requests)).toEqual(['200 12', '200 120'])
  })
})

it('counts a restart after a hot restart: that one brought no new container id', () => {
  const mesh = new Mesh().scrape('a', page(rq([200, 10]), uptime(50), epoch(0)), { process: 'x' }).advance(9_000)
  mesh.scrape('a', page(rq([200, 3]), uptime(59), epoch(1)), { process: 'x' }).advance(90_000)
  mesh.scrape('a', page(rq([200, 7]), uptime(60), epoch(1)), { process: 'y' })
  expect(mesh.counts(requests)).toEqual(['200 20'])
})

describe('who answers', () => {
  it('waits with a new container id while the page shows that the old process still runs', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 900]), uptime(5_000)), { process: 'x' }).advance(1_000)
    mesh.scrape('a', page(rq([200, 901]), uptime(5_001)), { process: 'y' }).advance(1_000)
    expect(mesh.counts(requests)).toEqual(['200 901'])
    mesh
      .scrape('a', page(rq([200, 16]), uptime(0)), { process: 'y' })
      .advance(1_000)
      .scrape('a', page(rq([200, 17]), uptime(1)), { process: 'y' })
    expect(mesh.counts(requests)).toEqual(['200 918'])
  })

  it('counts nothing of another pod that has the address of one that is being deleted, also not later', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 7]), uptime(60))).advance(9_000)
    const other = (value: number, seconds: number) => () => mesh.scrape('a', page(rq([200, value]), uptime(seconds)), { terminating: true })
    expect(other(3_000, 5)).toThrow('another process')
    expect(other(3_001, 6)).toThrow('another process')
    expect(mesh.counts(requests)).toEqual(['200 7'])
  })

  it('takes a fall of counters for another process too while a pod is being deleted', () => {
    const mesh = new Mesh().scrape('a', rq([200, 70])).scrape('a', rq([200, 71]), { terminating: true })
    expect(() => mesh.scrape('a', rq([200, 3]), { terminating: true })).toThrow('another process')
    expect(mesh.counts(requests)).toEqual(['200 71'])
  })
})
