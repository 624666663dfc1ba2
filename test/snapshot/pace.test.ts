import { expect, it } from 'vitest'
import type { Discovered } from '../../src/model/discovered.ts'
import { Mesh } from '../support/mesh.ts'

const nobody: Discovered = {
  targets: [],
  dropped: [],
  pods: [],
  paused: new Set(),
  rule: 'test',
  namespaces: [],
  problems: [],
  notes: new Map(),
}
const problem = { code: 'overloaded', message: 'Targets are read every 30s instead of every 10s.', remedy: 'Raise scrape.interval.' }

it('a collector that has nobody to scrape because of what it reads is ready, and says so', () => {
  const mesh = new Mesh()
  const { snapshot } = mesh
  const broken = { ...nobody, problems: [{ code: 'configmap_malformed', message: 'shop: line 3', remedy: 'Mend it.' }] }
  snapshot.discovered(broken)
  mesh.commit()
  const reason = 'No sidecar is scraped. What may be to blame: configmap_malformed; /api/v1/status says more.'
  expect(snapshot.readiness()).toEqual({ ready: true, reason })
  expect(snapshot.status()).toMatchObject({ ready: true, reason })
  snapshot.discovered(nobody)
  expect(snapshot.readiness(), 'an empty mesh is nothing to tell of').toEqual({ ready: true })
})

it('a collector with too much to read is ready, and says wherever one looks why it reads more seldom', () => {
  const mesh = new Mesh()
  const { snapshot } = mesh
  snapshot.discovered(nobody)
  mesh.commit()
  expect(snapshot.readiness()).toEqual({ ready: true })
  expect(snapshot.status().scrape).toEqual({ intervalMs: 10_000, everyNth: 1, problem: null })
  snapshot.pace({ intervalMs: 10_000, everyNth: 3, problem })
  const reason = 'Targets are read every 30s instead of every 10s. Raise scrape.interval.'
  expect(snapshot.readiness()).toEqual({ ready: true, reason })
  expect(snapshot.status()).toMatchObject({ ready: true, reason, scrape: { intervalMs: 10_000, everyNth: 3, problem } })
  expect(snapshot.targets().scrape).toEqual({ intervalMs: 10_000, everyNth: 3, problem })
  snapshot.pace({ intervalMs: 10_000, everyNth: 1 })
  expect(snapshot.readiness()).toEqual({ ready: true })
})
