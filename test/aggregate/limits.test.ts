import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/runtime/problem.ts'
import { Mesh } from '../support/mesh.ts'
import { active, of, page, requests, rq, uptime, vault } from './page-words.ts'

const named = (n: number) => `envoy_cluster_name="shop/x${n}|80"`
/** A page that names as many clusters as the numbers say, each with one request. */
const naming = (...numbers: readonly number[]) => page(...numbers.map((n) => of(named(n), [200, 1])))
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

/** The code of the problem that a page is refused with. */
function refusal(scrape: () => unknown): string | undefined {
  try {
    scrape()
    return undefined
  } catch (error) {
    return error instanceof Problem ? error.kind.code : String(error)
  }
}

describe('a target that names other series each time', () => {
  const churn = (mesh: Mesh, name: string, pages: number, from = 0) =>
    range(0, pages).map((i) => refusal(() => mesh.scrape(name, naming(...range(from + i * 10, 10)))))

  it('is left out as a whole when more is gone than may be remembered, and what it counted stays', () => {
    const mesh = new Mesh({ rememberedLimit: 35 }).scrape('good', rq([200, 5]))
    expect(churn(mesh, 'hostile', 6)).toEqual([undefined, undefined, undefined, undefined, 'too_many_names', 'too_many_names'])
    expect(mesh.counts(requests)).toHaveLength(1 + 40)
    expect(mesh.checkpoint().sheets.map(({ target }) => target.id)).toEqual(['good'])
    expect(mesh.scrape('good', rq([200, 9])).counts(requests)).toContain('200 9')
  })

  it('takes its gauges along', () => {
    const mesh = new Mesh({ rememberedLimit: 1 })
    mesh.scrape('a', page(rq([200, 1], [404, 1]), active(3)))
    expect(refusal(() => mesh.scrape('a', page(vault([200, 1]), active(7))))).toBe('too_many_names')
    expect(mesh.counts('mesh_connections_active', { zeros: true })).toEqual(['0'])
  })

  it('may show the same series as often as it likes, in any order, and let them come and go', () => {
    const mesh = new Mesh({ rememberedLimit: 20 })
    for (let i = 0; i < 100; i++) mesh.scrape('a', naming(...range(i % 10, 10)))
    expect(mesh.counts(requests)).toHaveLength(19)
  })

  it('is counted again, from zero, when its container is another; that its page says so is not enough', () => {
    const mesh = new Mesh({ rememberedLimit: 1 })
    const before = { process: 'one' }
    mesh.scrape('a', page(rq([200, 10], [404, 1]), uptime(500)), before)
    expect(refusal(() => mesh.scrape('a', page(vault([200, 1]), uptime(510)), before))).toBe('too_many_names')
    expect(refusal(() => mesh.scrape('a', page(rq([200, 90]), uptime(520)), before))).toBe('too_many_names')
    mesh.advance(30_000)
    expect(refusal(() => mesh.scrape('a', page(rq([200, 2]), uptime(1)), before))).toBe('too_many_names')
    mesh.advance(10_000)
    expect(mesh.scrape('a', page(rq([200, 3]), uptime(11)), { process: 'two' }).counts(requests)).toEqual(['200 13', '404 1'])
    mesh.advance(10_000)
    expect(mesh.scrape('a', page(rq([200, 4]), uptime(21)), { process: 'two' }).counts(requests)).toEqual(['200 14', '404 1'])
  })

  it('is counted again, too, where its first container was not known when it was left out', () => {
    const mesh = new Mesh({ rememberedLimit: 1 }).scrape('a', page(rq([200, 10], [404, 1]), uptime(500)))
    expect(refusal(() => mesh.scrape('a', page(vault([200, 1]), uptime(510))))).toBe('too_many_names')
    expect(refusal(() => mesh.advance(10_000).scrape('a', page(rq([200, 9]), uptime(520)), { process: 'one' }))).toBe('too_many_names')
    mesh.advance(10_000).scrape('a', page(rq([200, 2]), uptime(1)), { process: 'two' })
    expect(mesh.counts(requests)).toEqual(['200 12', '404 1'])
  })

  it('is left out under another port, too', () => {
    const mesh = new Mesh({ rememberedLimit: 1 }).scrape('a', rq([200, 10], [404, 1]))
    expect(refusal(() => mesh.scrape('a', vault([200, 1])))).toBe('too_many_names')
    expect(refusal(() => mesh.renamed('a', 'b').scrape('b', rq([200, 10])))).toBe('too_many_names')
    expect(mesh.counts(requests)).toEqual(['200 10', '404 1'])
  })

  it('is found among all targets: who named most goes, not who came last', () => {
    const mesh = new Mesh({ rememberedLimit: 100, totalRememberedLimit: 60 })
    expect(churn(mesh, 'hostile', 6)).toEqual(range(0, 6).map(() => undefined)) // 50 are gone
    expect(churn(mesh, 'usual', 3, 1_000)).toEqual([undefined, undefined, undefined]) // and 20 more
    expect(churn(mesh, 'usual', 2, 1_020)).toEqual([undefined, undefined])
    expect(churn(mesh, 'hostile', 1, 60)).toEqual(['too_many_names'])
  })

  it('leaves nothing behind when its pod is gone in the same moment', () => {
    const mesh = new Mesh({ rememberedLimit: 1 }).scrape('a', page(rq([200, 10], [404, 1])))
    expect(mesh.records()).toHaveLength(1)
    expect(refusal(() => mesh.scrape('a', vault([200, 7])))).toBe('too_many_names')
    expect(mesh.gone('a').records()).toEqual([])
  })

  it('is written down as it stood, so that nothing is counted twice after a restart', () => {
    const mesh = new Mesh({ rememberedLimit: 1 }).scrape('a', page(rq([200, 10], [404, 1])))
    expect(refusal(() => mesh.scrape('a', vault([200, 7])))).toBe('too_many_names')
    const [written, ...more] = mesh.records()
    expect(more).toEqual([])
    expect(JSON.parse(written?.rest ?? '')).toMatchObject({
      memory: [['bookstore/bookstore|14001', [expect.arrayContaining([10, 10]), expect.arrayContaining([1, 1])]]],
    })
    expect(mesh.records()).toEqual([])
  })
})

describe('more edges than the limit on pages of targets that answer', () => {
  it('leave the target out that names most of them, as a whole, and the rest is counted', () => {
    const mesh = new Mesh({ edgeLimit: 25 })
      .scrape('hostile', naming(...range(0, 30)))
      .scrape('a', naming(...range(100, 10)))
      .scrape('b', naming(...range(200, 10)))
    mesh.checkpoint()
    expect(refusal(() => mesh.scrape('hostile', naming(...range(0, 30))))).toBe('too_many_edges')
    const { committed, sheets } = mesh.checkpoint()
    expect(sheets.map(({ target }) => target.id)).toEqual(['a', 'b'])
    expect(committed.live.size).toBe(20)
    expect(new Set(committed.cells.map(({ edge }) => edge.id)).size).toBeLessThanOrEqual(25)
  })

  it('let it in again, where it was, when others have left', () => {
    const mesh = new Mesh({ edgeLimit: 25 }).scrape('large', naming(...range(0, 20))).scrape('small', naming(...range(100, 10)))
    mesh.checkpoint()
    mesh.advance(30_000)
    expect(refusal(() => mesh.scrape('large', naming(...range(0, 20))))).toBe('too_many_edges')
    mesh
      .gone('small')
      .advance(30_000)
      .scrape('large', naming(...range(0, 20)))
      .checkpoint()
    expect(refusal(() => mesh.scrape('large', naming(...range(0, 20))))).toBeUndefined()
  })

  it('let it in again, where it was, also under another port', () => {
    const mesh = new Mesh({ edgeLimit: 25 }).scrape('large', naming(...range(0, 20))).scrape('small', naming(...range(100, 10)))
    mesh.checkpoint()
    mesh.renamed('large', 'moved')
    expect(refusal(() => mesh.scrape('moved', naming(...range(0, 20))))).toBe('too_many_edges')
    mesh
      .gone('small')
      .advance(60_000)
      .scrape('moved', naming(...range(0, 20)))
    expect(mesh.counts(requests)).not.toContain('200 2')
  })
})

describe('after a restart of the collector', () => {
  /** A pod whose edges have not moved for long, and one that left. */
  const before = (edges: number, gone: number) =>
    new Mesh({ edgeLimit: 60 })
      .scrape('quiet', naming(...range(0, edges)))
      .advance(60_000)
      .scrape('left', naming(...range(100, gone)))
      .gone('left')
  const edges = (mesh: Mesh) => mesh.counts(requests).length

  it('no edge of a pod that has not answered yet makes room for those of pods that left', () => {
    const mesh = before(60, 1)
    expect(edges(mesh)).toBe(61)
    const next = mesh.restarted()
    expect(edges(next)).toBe(61)
    expect(next.scrape('quiet', naming(...range(0, 60))).counts(requests)).toEqual(range(0, 61).map(() => '200 1'))
  })

  it('room is made as soon as all have answered, or have had five minutes for it', () => {
    const next = () => before(20, 10).restarted({ edgeLimit: 20 })
    expect(edges(next())).toBe(30)
    expect(edges(next().scrape('quiet', naming(...range(0, 20))))).toBe(20)
    expect(edges(next().advance(300_000))).toBe(20)
  })
})
