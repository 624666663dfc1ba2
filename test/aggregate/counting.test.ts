import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'

const cluster = 'envoy_cluster_name="bookstore/bookstore|14001"'
const rq = (...byCode: [code: number, value: number][]) => of(cluster, ...byCode)
const of = (to: string, ...byCode: [code: number, value: number][]) =>
  ['# TYPE envoy_cluster_upstream_rq counter', ...byCode.map(([code, value]) => `envoy_cluster_upstream_rq{envoy_response_code="${code}",${to}} ${value}`)].join('\n')
const active = (value: number) => `# TYPE envoy_cluster_upstream_cx_active gauge\nenvoy_cluster_upstream_cx_active{${cluster}} ${value}`
const uptime = (seconds: number) => `# TYPE envoy_server_uptime gauge\nenvoy_server_uptime{} ${seconds}`
const epoch = (value: number) => `# TYPE envoy_server_hot_restart_epoch gauge\nenvoy_server_hot_restart_epoch{} ${value}`
const page = (...blocks: string[]) => blocks.join('\n')
const requests = 'mesh_requests_total'
const connections = 'mesh_connections_active'
const old = { bornWatched: false }

describe('what happened between two scrapes', () => {
  it('is added', () => {
    expect(new Mesh().scrape('a', rq([200, 10])).scrape('a', rq([200, 25])).counts(requests)).toEqual(['200 25'])
  })

  it('leaves out what a pod counted before we came', () => {
    expect(new Mesh().scrape('a', rq([200, 1000]), old).scrape('a', rq([200, 1007])).counts(requests)).toEqual(['200 7'])
  })

  it('is summed over the pods of a workload', () => {
    expect(new Mesh().scrape('a', rq([200, 10])).scrape('b', rq([200, 5])).counts(requests)).toEqual(['200 15'])
  })

  it('is also told per target and series, for destinations that want series', () => {
    const mesh = new Mesh().scrape('a', rq([200, 1000]), old).scrape('a', rq([200, 1007])).scrape('a', rq([200, 3]))
    expect(mesh.totals('a', 'envoy_cluster_upstream_rq200')).toBe(10)
  })

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])('is not bent by %s, which says nothing and is counted as skipped', async (nonsense) => {
    const mesh = new Mesh().scrape('a', rq([200, 10])).scrape('a', rq([200, nonsense])).scrape('a', rq([200, 12]))
    expect(mesh.counts(requests)).toEqual(['200 12'])
    expect(await mesh.telemetry.metrics.registry.getSingleMetricAsString('meshtelemetry_skipped_values_total')).toMatch(/ 1$/m)
  })

  it('begins at the first number of a series whose first value was none', () => {
    expect(new Mesh().scrape('a', rq([200, Number.NaN]), old).scrape('a', rq([200, 50])).scrape('a', rq([200, 53])).counts(requests)).toEqual(['200 3'])
  })
})

describe('series that appear, vanish and return', () => {
  it('counts a rare error from its first appearance', () => {
    expect(new Mesh().scrape('a', rq([200, 10])).scrape('a', rq([200, 11], [503, 1])).counts(requests)).toEqual(['200 11', '503 1'])
  })

  it('does so for an old pod too: the last page lacked it', () => {
    expect(new Mesh().scrape('a', rq([200, 10]), old).scrape('a', rq([200, 11], [503, 1])).counts(requests)).toEqual(['200 1', '503 1'])
  })

  it('counts a new destination from zero', () => {
    const other = of('envoy_cluster_name="bank/vault|80"', [200, 4])
    expect(new Mesh().scrape('a', rq([200, 10]), old).scrape('a', page(rq([200, 10]), other)).counts(requests)).toEqual(['200 4'])
  })

  it('takes no baseline for an event when the page was asked for differently: it may only have been left out', () => {
    const mesh = new Mesh().scrape('a', rq([200, 10]), { ...old, asked: 'filtered' }).scrape('a', rq([200, 11], [503, 900]), { ...old, asked: 'whole' })
    expect(mesh.counts(requests)).toEqual(['200 1'])
    expect(mesh.scrape('a', rq([200, 11], [503, 901]), { ...old, asked: 'whole' }).counts(requests)).toEqual(['200 1', '503 1'])
  })

  it('goes on where it was when a series left the page and came back', () => {
    expect(new Mesh().scrape('a', rq([200, 10], [503, 50])).scrape('a', rq([200, 11])).scrape('a', rq([200, 12], [503, 51])).counts(requests)).toEqual(['200 12', '503 51'])
  })

  it('goes on where it was when a whole destination left and came back', () => {
    expect(new Mesh().scrape('a', page(rq([200, 10]), active(1))).scrape('a', active(1)).scrape('a', page(rq([200, 13]), active(1))).counts(requests)).toEqual(['200 13'])
  })

  it('counts a destination from zero that came back with less: its cluster was made anew', () => {
    expect(new Mesh().scrape('a', page(rq([200, 10]), uptime(5))).scrape('a', uptime(15)).scrape('a', page(rq([200, 4]), uptime(25))).counts(requests)).toEqual(['200 14'])
  })

  it('counts nothing twice when a target falls silent and comes back', () => {
    expect(new Mesh().scrape('a', rq([200, 100])).silent('a').scrape('a', rq([200, 110])).counts(requests)).toEqual(['200 110'])
  })

  it('takes the first page as a baseline again after a namespace was taken off the list', () => {
    expect(new Mesh().scrape('a', rq([200, 100])).gone('a').scrape('a', rq([200, 190]), { ...old, process: 'same' }).scrape('a', rq([200, 191]), { process: 'same' }).counts(requests)).toEqual(['200 101'])
  })
})

describe('restarts', () => {
  it('takes one fall as a restart of everything towards that destination', () => {
    expect(new Mesh().scrape('a', rq([200, 100], [503, 2])).scrape('a', rq([200, 20], [503, 5])).counts(requests)).toEqual(['200 120', '503 7'])
  })

  it('takes histogram columns along', () => {
    const times = (count: number) => `# TYPE envoy_cluster_upstream_rq_time histogram\nenvoy_cluster_upstream_rq_time_count{${cluster}} ${count}`
    const mesh = new Mesh().scrape('a', page(rq([200, 100]), times(5))).scrape('a', page(rq([200, 20]), times(8)))
    expect(mesh.counts('mesh_request_duration_seconds')).toEqual(['count 13'])
  })

  it('leaves other destinations alone', () => {
    const other = (value: number) => of('envoy_cluster_name="bank/vault|80"', [200, value])
    const mesh = new Mesh().scrape('a', page(rq([200, 100]), other(50))).scrape('a', page(rq([200, 20]), other(51)))
    expect(mesh.counts(requests)).toEqual(['200 120', '200 51'])
  })

  it('counts a series from zero when it comes back after a restart', () => {
    expect(new Mesh().scrape('a', rq([200, 10], [503, 5])).scrape('a', rq([200, 1])).scrape('a', rq([200, 2], [503, 7])).counts(requests)).toEqual(['200 12', '503 12'])
  })

  it('sees a restart by the uptime where every counter has outrun its old value', () => {
    expect(new Mesh().scrape('a', page(rq([200, 10]), uptime(600))).scrape('a', page(rq([200, 30]), uptime(4))).counts(requests)).toEqual(['200 40'])
  })

  it('sees a hot restart by its epoch, while the uptime goes on', () => {
    const before = page(rq([200, 10]), uptime(5), epoch(0))
    expect(new Mesh().scrape('a', before).scrape('a', page(rq([200, 12]), uptime(15), epoch(1))).counts(requests)).toEqual(['200 22'])
  })

  it('sees a restart by a new container id', () => {
    expect(new Mesh().scrape('a', rq([200, 10]), { process: 'x' }).scrape('a', rq([200, 30]), { process: 'y' }).counts(requests)).toEqual(['200 40'])
  })

  it.each([
    ['the uptime', page(rq([200, 30]), uptime(1)), page(rq([200, 35]), uptime(11))],
    ['the counters', page(rq([200, 3]), uptime(9)), page(rq([200, 35]), uptime(19))],
  ])('counts a restart once that %s told before discovery brought the new container id', (_, first, second) => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), uptime(8)), { process: 'x' }).scrape('a', first, { process: 'x' }).scrape('a', second, { process: 'y' })
    expect(mesh.counts(requests)).toEqual(['200 45'])
  })

  it('counts the next restart too after one that both told', () => {
    const mesh = new Mesh().scrape('a', rq([200, 10]), { process: 'x' }).scrape('a', rq([200, 1]), { process: 'y' }).scrape('a', rq([200, 50]), { process: 'z' })
    expect(mesh.counts(requests)).toEqual(['200 61'])
  })

  it('does not mistake the first container id that is known for another one', () => {
    expect(new Mesh().scrape('a', rq([200, 10])).scrape('a', rq([200, 12]), { process: 'x' }).counts(requests)).toEqual(['200 12'])
  })

  it('counts everything from zero after a restart of an old pod, also what its first page did not name', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 1000]), uptime(900)), old).scrape('a', page(rq([200, 5]), uptime(3)), old)
    expect(mesh.scrape('a', page(rq([200, 6], [503, 2]), uptime(13)), { ...old, asked: 'filtered' }).counts(requests)).toEqual(['200 6', '503 2'])
  })

  it('forgets what absent destinations counted before the process began anew', () => {
    const other = of('envoy_cluster_name="bank/vault|80"', [200, 50])
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), other, uptime(60)))
    mesh.scrape('a', page(rq([200, 1]), uptime(2))).scrape('a', page(rq([200, 2]), of('envoy_cluster_name="bank/vault|80"', [200, 70]), uptime(12)))
    expect(mesh.counts(requests)).toEqual(['200 12', '200 120'])
  })
})

describe('connections and latency', () => {
  it('keeps the counts of pods that left, and lets their connections go', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), active(3))).scrape('b', page(rq([200, 5]), active(2))).gone('a')
    expect(mesh.counts(requests)).toEqual(['200 15'])
    expect(mesh.counts(connections)).toEqual(['2'])
  })

  it('lets connections go while a pod does not answer, and takes them back', () => {
    const mesh = new Mesh().scrape('a', active(3)).silent('a')
    expect(mesh.counts(connections, { zeros: true })).toEqual(['0'])
    expect(mesh.scrape('a', active(4)).counts(connections)).toEqual(['4'])
  })

  it('lets connections go when their destination leaves the page', () => {
    expect(new Mesh().scrape('a', page(rq([200, 10]), active(3))).scrape('a', rq([200, 10])).counts(connections, { zeros: true })).toEqual(['0'])
  })

  it('skips a gauge that is no number and keeps the last one', () => {
    expect(new Mesh().scrape('a', active(3)).scrape('a', active(Number.NaN)).scrape('a', active(2)).counts(connections)).toEqual(['2'])
  })

  const times = (...bounds: [le: string, count: number][]) =>
    page('# TYPE envoy_cluster_upstream_rq_time histogram', ...bounds.map(([le, count]) => `envoy_cluster_upstream_rq_time_bucket{${cluster},le="${le}"} ${count}`), `envoy_cluster_upstream_rq_time_sum{${cluster}} 60`)

  it('turns milliseconds into seconds', () => {
    expect(new Mesh().scrape('a', times(['25', 3], ['+Inf', 4])).counts('mesh_request_duration_seconds')).toEqual(['bucket 0.025 3', 'bucket Infinity 4', 'sum 0.06'])
  })

  it('matches bounds as numbers, and merges pods with other bounds where bounds coincide', () => {
    const mesh = new Mesh().scrape('a', times(['5', 1], ['25', 3], ['+Inf', 4])).scrape('b', times(['25.0', 10], ['50', 20], ['Inf', 30]))
    expect(mesh.counts('mesh_request_duration_seconds')).toEqual(['bucket 0.025 13', 'bucket Infinity 34', 'sum 0.12'])
  })
})

describe('room for edges', () => {
  it('forgets the edges that moved longest ago, never a live one, and says how many', () => {
    const mesh = new Mesh({ edgeLimit: 2 })
    for (const name of ['one', 'two', 'three']) mesh.scrape(name, of(`envoy_cluster_name="x/${name}|80"`, [200, 1])).advance(1000)
    mesh.gone('one').gone('two')
    expect(mesh.counts(requests)).toEqual(['200 1', '200 1'])
    expect(mesh.telemetry.lines.join()).toContain('edges_forgotten')
    expect(mesh.scrape('one', of('envoy_cluster_name="x/one|80"', [200, 7])).scrape('one', of('envoy_cluster_name="x/one|80"', [200, 9])).counts(requests)).toContain('200 9')
  })
})
