import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'
import { active, old, page, requests, rq, uptime, vault } from './page-words.ts'

describe('what happened between two scrapes', () => {
  it('is added', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10]))
        .scrape('a', rq([200, 25]))
        .counts(requests),
    ).toEqual(['200 25'])
  })

  it('leaves out what a pod counted before we came', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 1000]), old)
        .scrape('a', rq([200, 1007]))
        .counts(requests),
    ).toEqual(['200 7'])
  })

  it('is summed over the pods of a workload', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10]))
        .scrape('b', rq([200, 5]))
        .counts(requests),
    ).toEqual(['200 15'])
  })

  it('is also told per target and series, for destinations that want series', () => {
    const mesh = new Mesh()
      .scrape('a', rq([200, 1000]), old)
      .scrape('a', rq([200, 1007]))
      .scrape('a', rq([200, 3]))
    expect(mesh.totals('a', 'envoy_cluster_upstream_rq200')).toBe(10)
  })

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY, 1.7e308])(
    'is not bent by %s, which says nothing and is counted as skipped',
    async (nonsense) => {
      const mesh = new Mesh()
        .scrape('a', rq([200, 10]))
        .scrape('a', rq([200, nonsense]))
        .scrape('a', rq([200, 12]))
      expect(mesh.counts(requests)).toEqual(['200 12'])
      expect(await mesh.telemetry.metrics.registry.getSingleMetricAsString('meshtelemetry_skipped_values_total')).toMatch(/ 1$/m)
    },
  )

  it.each(['untyped', 'gauge'])('is counted by what the series means, also where the page calls it %s', (type) => {
    const called = (value: number) => rq([200, value]).replace('counter', type)
    expect(new Mesh().scrape('a', called(10)).scrape('a', called(3)).gone('a').counts(requests)).toEqual(['200 13'])
  })

  it('begins at the first number of a series whose first value was none', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, Number.NaN]), old)
        .scrape('a', rq([200, 50]))
        .scrape('a', rq([200, 53]))
        .counts(requests),
    ).toEqual(['200 3'])
  })
})

describe('series that appear, vanish and return', () => {
  it('counts a rare error from its first appearance', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10]))
        .scrape('a', rq([200, 11], [503, 1]))
        .counts(requests),
    ).toEqual(['200 11', '503 1'])
  })

  it('does so for an old pod too: the last page lacked it', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10]), old)
        .scrape('a', rq([200, 11], [503, 1]))
        .counts(requests),
    ).toEqual(['200 1', '503 1'])
  })

  it('counts a new destination from zero', () => {
    const other = vault([200, 4])
    expect(
      new Mesh()
        .scrape('a', rq([200, 10]), old)
        .scrape('a', page(rq([200, 10]), other))
        .counts(requests),
    ).toEqual(['200 4'])
  })

  it('takes no baseline for an event when the page was asked for differently: it may only have been left out', () => {
    const mesh = new Mesh()
      .scrape('a', rq([200, 10]), { ...old, asked: 'filtered' })
      .scrape('a', rq([200, 11], [503, 900]), { ...old, asked: 'whole' })
    expect(mesh.counts(requests)).toEqual(['200 1'])
    expect(mesh.scrape('a', rq([200, 11], [503, 901]), { ...old, asked: 'whole' }).counts(requests)).toEqual(['200 1', '503 1'])
  })

  it('goes on where it was when a series left the page and came back', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 10], [503, 50]))
        .scrape('a', rq([200, 11]))
        .scrape('a', rq([200, 12], [503, 51]))
        .counts(requests),
    ).toEqual(['200 12', '503 51'])
  })

  it('goes on where it was when a whole destination left and came back', () => {
    expect(
      new Mesh()
        .scrape('a', page(rq([200, 10]), active(1)))
        .scrape('a', active(1))
        .scrape('a', page(rq([200, 13]), active(1)))
        .counts(requests),
    ).toEqual(['200 13'])
  })

  it('counts a destination from zero that came back with less: its cluster was made anew', () => {
    expect(
      new Mesh()
        .scrape('a', page(rq([200, 10]), uptime(5)))
        .scrape('a', uptime(15))
        .scrape('a', page(rq([200, 4]), uptime(25)))
        .counts(requests),
    ).toEqual(['200 14'])
  })

  it('counts nothing twice when a series comes back with less in a group that went on: it began anew while it was away', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10], [503, 5]), uptime(10))).scrape('a', page(rq([200, 12]), uptime(20)))
    mesh.scrape('a', page(rq([200, 5000]), uptime(900))).scrape('a', page(rq([200, 5001], [503, 1]), uptime(910)))
    expect(mesh.counts(requests)).toEqual(['200 5001', '503 6'])
  })

  it('takes such a return as a restart of all that was away', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10]), vault([200, 10], [429, 3], [503, 5]))).scrape('a', rq([200, 20]))
    mesh.scrape('a', page(rq([200, 30]), vault([200, 4], [503, 7]))).scrape('a', page(rq([200, 40]), vault([200, 4], [429, 4], [503, 7])))
    expect(mesh.counts(requests)).toEqual(['200 40', '200 14', '429 7', '503 12'])
  })

  it('counts a destination from zero that came back without a series that had moved: its cluster was made anew', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 10], [404, 5]), uptime(5))).scrape('a', uptime(15))
    expect(mesh.scrape('a', page(rq([200, 12]), uptime(25))).counts(requests)).toEqual(['200 22', '404 5'])
  })

  it('counts nothing twice when a target falls silent and comes back', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 100]))
        .silent('a')
        .scrape('a', rq([200, 110]))
        .counts(requests),
    ).toEqual(['200 110'])
  })

  it('takes the first page as a baseline again after a namespace was taken off the list', () => {
    expect(
      new Mesh()
        .scrape('a', rq([200, 100]))
        .gone('a')
        .scrape('a', rq([200, 190]), { ...old, process: 'same' })
        .scrape('a', rq([200, 191]), { process: 'same' })
        .counts(requests),
    ).toEqual(['200 101'])
  })
})
