import { expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'

const page = (edges: number, value: number) =>
  Array.from(
    { length: edges },
    (_, i) => `envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="shop/till-${i}|80"} ${value}`,
  ).join('\n')

it('the past of very many edges comes in longer steps, which the answer tells', () => {
  const edges = 2_000
  const mesh = new Mesh({ edgeLimit: edges + 1 })
  for (let seconds = 0; seconds <= 600; seconds += 10) mesh.scrape('a', page(edges, seconds)).commit().advance(10_000)
  const asked = { windowMs: 3_600_000, stepMs: 10_000 }
  const all = mesh.snapshot.history(asked)
  expect(all.stepMs).toBe(72_000)
  expect(all.edges.flatMap(({ points }) => points).length).toBeLessThan(100_000)
  const [one] = mesh.snapshot.history({ ...asked, destination: 'shop/till-7' }).edges
  expect(one?.points).toHaveLength(60)
  expect(all.edges[0]?.points.map(({ seconds }) => seconds)).toEqual(Array(8).fill(70))
})
