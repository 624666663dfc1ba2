import { expect, it } from 'vitest'
import type { Discovered, Hearing } from '../../src/model/discovered.ts'
import { Mesh } from '../support/mesh.ts'

const problem = { code: 'kubernetes_unreachable', message: 'https://10.0.0.1:6443 cannot be asked.', remedy: 'It is tried again.' }
const away: readonly Hearing[] = [
  { resource: 'namespaces', state: 'retrying', problem },
  { resource: 'pods', namespace: 'shop', state: 'retrying', problem },
]
const found: Discovered = {
  targets: [],
  dropped: [],
  pods: [],
  paused: new Set(),
  rule: 'test',
  namespaces: [],
  meshConfig: { tracing: { enabled: true, address: 'jaeger.tracing', port: 9411 }, wasmStats: false },
  problems: [],
  notes: new Map(),
}

it('a collector whose API server is away says in its status why it is not ready, and to probes only what kind of fault it is', () => {
  const { snapshot } = new Mesh()
  expect(snapshot.readiness().reason).toBe('Discovery has not finished its first round.')
  snapshot.watched(away)
  expect(snapshot.readiness()).toEqual({ ready: false, reason: expect.stringContaining('waiting: kubernetes_unreachable;') })
  expect(snapshot.readiness().reason).not.toContain('10.0.0.1')
  const shown = { ...problem, file: null, line: null }
  expect(snapshot.status().discovery).toMatchObject({
    problems: [shown],
    watches: [
      { resource: 'namespaces', namespace: null, state: 'retrying', lastHeardMs: null, problem: shown },
      { resource: 'pods', namespace: 'shop' },
    ],
  })
  expect(snapshot.targets().problems).toEqual([shown])
})

it('a collector without rights names the one command that helps: not the namespaces that it only guessed at, nor what it can do without', () => {
  const { snapshot } = new Mesh()
  const missing = (what: string) => ({
    code: 'kubernetes_forbidden',
    message: `The right to list ${what} is missing.`,
    remedy: `Grant ${what}.`,
  })
  const wide = missing('namespaces and pods in all namespaces')
  snapshot.watched([
    { resource: 'namespaces', state: 'refused', problem: wide },
    { resource: 'pods', state: 'refused', problem: wide },
    { resource: 'pods', namespace: 'shop', state: 'refused', problem: missing('pods in shop') },
    { resource: 'pods', namespace: 'fsm-system', state: 'refused', problem: missing('pods in fsm-system'), isOptional: true },
    { resource: 'daemonsets', namespace: 'kube-system', state: 'refused', problem: missing('daemonsets'), isOptional: true },
  ])
  expect(snapshot.targets().problems.map(({ remedy }) => remedy)).toEqual(['Grant namespaces and pods in all namespaces.'])
  expect(snapshot.status().discovery.watches).toHaveLength(5)
})

it('what is stale is said beside an outcome that holds', () => {
  const mesh = new Mesh()
  mesh.snapshot.discovered(found)
  mesh.snapshot.watched([{ resource: 'pods', state: 'following', lastHeardMs: 1_000 }])
  mesh.commit()
  const { ready, discovery } = mesh.snapshot.status()
  expect(ready).toBe(true)
  expect(discovery.problems).toEqual([])
  expect(discovery.watches).toEqual([{ resource: 'pods', namespace: null, state: 'following', lastHeardMs: 1_000, problem: null }])
  expect(discovery.meshConfig).toEqual({
    tracing: { enabled: true, address: 'jaeger.tracing', port: 9411, endpoint: null },
    wasmStats: false,
  })
})
