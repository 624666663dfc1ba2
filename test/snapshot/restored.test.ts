import { expect, it } from 'vitest'
import { Mesh } from '../support/mesh.ts'

const rq = (value: number) =>
  `# TYPE envoy_cluster_upstream_rq counter\nenvoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="bookstore/bookstore|14001"} ${value}`

const discovered = {
  dropped: [],
  pods: [],
  paused: new Set<string>(),
  rule: 'test',
  namespaces: [],
  problems: [],
  notes: new Map<string, string>(),
}

it('what happened while no collector ran is in the sums, and in no rate', () => {
  const before = new Mesh().scrape('a', rq(100)).commit()
  const mesh = before.restarted()
  const { snapshot } = mesh
  for (const _ of snapshot.restoring(mesh.checkpoint().committed));
  snapshot.discovered({ ...discovered, targets: before.checkpoint().sheets.map(({ target }) => target) })
  mesh.advance(500).commit().advance(500).scrape('a', rq(1_000))
  snapshot.health('a', { state: 'up', failures: 0 })
  mesh.commit()
  const asked = { windowMs: 60_000 }
  expect(snapshot.edges(asked)).toMatchObject({ coveredMs: 0, edges: [{ requests: { total: 1_000, inWindow: 0, perSecond: 0 } }] })
  mesh.advance(10_000).scrape('a', rq(1_020)).commit()
  expect(snapshot.edges(asked)).toMatchObject({ coveredMs: 10_000, edges: [{ requests: { total: 1_020, inWindow: 20, perSecond: 2 } }] })
})

it('a collector that goes on from nothing covers its first round', () => {
  const mesh = new Mesh()
  for (const _ of mesh.snapshot.restoring(mesh.checkpoint().committed));
  mesh.advance(500).commit().advance(500).scrape('a', rq(3)).commit()
  expect(mesh.snapshot.edges({ windowMs: 60_000 })).toMatchObject({ coveredMs: 1_000, edges: [{ requests: { inWindow: 3 } }] })
})
