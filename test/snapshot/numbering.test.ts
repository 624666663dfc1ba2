import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'

const page = (destination: number, requests: number) => `# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="bookstore/v${destination}|80"} ${requests}
envoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="bookstore/v${destination}|80"} ${Math.floor(requests / 7)}
# TYPE envoy_cluster_upstream_cx_active gauge
envoy_cluster_upstream_cx_active{envoy_cluster_name="bookstore/v${destination}|80"} ${requests % 5}
# TYPE envoy_cluster_upstream_rq_time histogram
envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="bookstore/v${destination}|80",le="5"} ${requests - Math.floor(requests / 3)}
${destination % 2 ? '' : `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="bookstore/v${destination}|80",le="25"} ${requests}\n`}\
envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="bookstore/v${destination}|80",le="+Inf"} ${requests}`

/** Everything that is shown, by what it is about: edges that came are never the same twice. */
function seen({ snapshot }: Mesh): Map<string, unknown> {
  const name = (labels: Readonly<Record<string, string>>) => labels.destination_service ?? JSON.stringify(labels)
  const { cells = [], values = new Float64Array(0) } = snapshot.shown ?? {}
  return new Map(
    [
      ...Map.groupBy(
        cells.map((cell) => ({ ...cell, value: values[cell.index] })),
        ({ edge }) => `shown ${name(edge.labels)}`,
      ),
    ]
      .map(([edge, own]) => [edge, own.map(({ kpi, labels, le, value }) => [kpi.name, labels, le, value])] as [string, unknown])
      .concat(snapshot.edges({ windowMs: 60_000 }).edges.map((edge) => [`edges ${name(edge.labels)}`, edge]))
      .concat(snapshot.history({ windowMs: 600_000, stepMs: 10_000 }).edges.map((edge) => [`history ${name(edge.labels)}`, edge])),
  )
}

describe('edges that are dropped for room', () => {
  const steps = fc.array(
    fc.record({
      act: fc.constantFrom('born', 'born', 'scrape', 'gone', 'silent'),
      pod: fc.nat(5),
      requests: fc.nat(100),
      ms: fc.constantFrom(0, 500, 3_000, 15_000),
    }),
    { maxLength: 60 },
  )

  const edgeLimit = 4

  it('change nothing that is shown of the others', () => {
    fc.assert(
      fc.property(steps, (acts) => {
        const [whole, limited] = [new Mesh(), new Mesh({ edgeLimit })]
        let born = 0
        const alive = new Map<number, number>()
        for (const { act, pod, requests, ms } of acts) {
          if (act === 'born' && alive.size === edgeLimit) continue // those that are live have room
          if (act === 'born') alive.set(born++, requests)
          const who = act === 'born' ? born - 1 : ([...alive.keys()][pod] ?? -1)
          if (who < 0) continue
          for (const mesh of [whole, limited]) {
            if (act === 'gone') mesh.gone(`pod-${who}`)
            else if (act === 'silent') mesh.silent(`pod-${who}`)
            else mesh.scrape(`pod-${who}`, page(who, (alive.get(who) ?? 0) + requests))
            mesh.commit().advance(ms).commit()
          }
          if (act === 'gone' || act === 'silent') alive.delete(who)
          else alive.set(who, (alive.get(who) ?? 0) + requests)
          const all = seen(whole)
          for (const [what, shown] of seen(limited)) expect([what, shown]).toEqual([what, all.get(what)])
          expect(limited.snapshot.status().edges).toBeLessThanOrEqual(edgeLimit)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('leave nothing of theirs behind in what is shown, also where a numbering in between was never published', () => {
    const mesh = new Mesh({ edgeLimit: 1 }).scrape('a', page(1, 7)).commit().advance(60_000).commit()
    for (const n of [2, 3]) {
      mesh.gone('a').scrape('b', page(n, 7))
      mesh.checkpoint()
    }
    mesh.advance(60_000).commit()
    expect(mesh.snapshot.shown?.cells.map(({ edge }) => edge.labels.destination_service)).toEqual(Array.from({ length: 5 }, () => 'v3'))
  })

  it('leave their cells to others, however many come and go', () => {
    const mesh = new Mesh({ edgeLimit: 20 })
    for (let n = 0; n < 500; n++) mesh.scrape(`pod-${n}`, page(n, 10)).commit().gone(`pod-${n}`)
    const { committed } = mesh.checkpoint()
    expect(committed.numbering.generation).toBeGreaterThan(100)
    expect(committed.cells.length).toBeLessThanOrEqual(21 * 9)
    expect(committed.movedMs.length).toBeLessThan(100)
    expect(committed.hidden.size).toBe(0)
  })
})
