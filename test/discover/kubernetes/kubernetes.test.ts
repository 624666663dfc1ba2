import { describe, expect, it } from 'vitest'
import type { Hearing } from '../../../src/model/discovered.ts'
import { Problem } from '../../../src/runtime/problem.ts'
import { follow } from '../folder.ts'
import { ApiServer } from './api-server.ts'
import {
  brokenConfigMap,
  configMapObject,
  controller,
  FollowedCluster,
  impatient,
  namespaceObject,
  podObject,
  shopAndStore,
} from './followed-cluster.ts'

const meshConfigObject = (spec: object) => ({ kind: 'MeshConfig', metadata: { name: 'osm-mesh-config', namespace: 'osm-system' }, spec })

describe('discovery from an API server', () => {
  it('tells the full outcome before it has started', async () => {
    await using cluster = await shopAndStore()
    await cluster.start()
    expect(cluster.found).toHaveLength(1)
    expect(cluster.scraped).toBe('shop/a')
    expect(cluster.last).toMatchObject({
      rule: 'the ConfigMap kube-system/container-azm-ms-osmconfig names shop',
      dropped: [{ namespace: 'store', reason: 'namespace_not_named' }],
      problems: [],
    })
  })

  it('follows pods, namespaces and the ConfigMap, and knows who began under its eyes', async () => {
    await using cluster = await shopAndStore()
    await cluster.start()
    cluster.api.put(configMapObject('shop', 'store'))
    await cluster.until(() => cluster.scraped === 'shop/a store/a')
    cluster.api.put(podObject('store', 'b'))
    await cluster.until(() => cluster.scraped === 'shop/a store/a store/b*')
    cluster.api.put(podObject('shop', 'a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }))
    await cluster.until(() => cluster.last?.targets[0]?.terminating)
    cluster.api.remove('Pod', 'a', 'shop')
    await cluster.until(() => cluster.scraped === 'store/a store/b*')
    cluster.api.remove('ConfigMap', 'container-azm-ms-osmconfig', 'kube-system')
    cluster.api.put(namespaceObject('shop', { 'openservicemesh.io/metrics': 'enabled' }))
    cluster.api.put(podObject('shop', 'c'))
    await cluster.until(() => cluster.scraped === 'shop/c*')
    expect(cluster.last?.rule).toContain('the annotation openservicemesh.io/metrics')
  })

  it('keeps the last good ConfigMap while it is bad', async () => {
    await using cluster = await shopAndStore()
    await cluster.start()
    cluster.api.put(brokenConfigMap())
    await cluster.until(() => cluster.problems === 'configmap_malformed')
    expect(cluster.scraped).toBe('shop/a')
  })

  it('makes one round of what comes together, four in a second of what does not end', async () => {
    await using cluster = await shopAndStore()
    await cluster.start()
    const beganMs = cluster.clock.monotonicMs()
    for (let n = 0; n < 40; n++) {
      cluster.api.put(podObject('shop', `p${n}`))
      await new Promise((resolve) => setTimeout(resolve, 5))
      cluster.clock.advance(25)
    }
    await cluster.until(() => cluster.last?.targets.length === 41)
    expect(cluster.found.length).toBeGreaterThan(2)
    const seconds = (cluster.clock.monotonicMs() - beganMs) / 1e3
    expect(cluster.found.length).toBeLessThanOrEqual(1 + 1 + Math.ceil(seconds * 4))
  })

  it('reads the configuration of the mesh, in whichever version the cluster knows it', async () => {
    await using cluster = await shopAndStore((api) => {
      api.put(controller())
      api.know('/apis/config.openservicemesh.io/v1alpha1', 'meshconfigs MeshConfig')
      const tracing = { enable: true, address: 'jaeger.tracing', port: 9411, endpoint: '/api/v2/spans' }
      api.put(meshConfigObject({ observability: { tracing }, featureFlags: { enableWASMStats: true } }))
    })
    await cluster.start()
    const tracing = { enabled: true, address: 'jaeger.tracing', port: 9411, endpoint: '/api/v2/spans' }
    expect(cluster.last?.meshConfig).toEqual({ tracing, wasmStats: true })
    cluster.api.put(meshConfigObject({ featureFlags: { enableWASMStats: false } }))
    await cluster.until(() => cluster.last?.meshConfig?.wasmStats === false)
    expect(cluster.last?.meshConfig).toEqual({ tracing: { enabled: false }, wasmStats: false })
  })

  it('does without the configuration of the mesh where the cluster does not know it, until it does', async () => {
    await using cluster = await shopAndStore((api) => api.put(controller()))
    await cluster.start()
    expect(cluster.problems).toBe('')
    await cluster.until(() => cluster.stateOf('meshconfigs', 'osm-system') === 'absent')
    cluster.api.know('/apis/config.openservicemesh.io/v1alpha2', 'meshconfigs MeshConfig')
    cluster.api.put(meshConfigObject({}))
    await cluster.until(() => cluster.last?.meshConfig !== undefined)
  })

  it("says when Azure's agent follows the same ConfigMap", async () => {
    await using cluster = await shopAndStore()
    await cluster.start()
    cluster.api.put({ kind: 'DaemonSet', metadata: { name: 'ama-logs', namespace: 'kube-system' } })
    await cluster.until(() => cluster.problems === 'agent_collects_too')
    expect(cluster.last?.problems[0]?.message).toContain(
      'kube-system/ama-logs follows the ConfigMap kube-system/container-azm-ms-osmconfig',
    )
    cluster.api.remove('DaemonSet', 'ama-logs', 'kube-system')
    await cluster.until(() => cluster.problems === '')
  })
})

describe('while the API server cannot be asked', () => {
  it('starts all the same, says why there is no outcome, and has one as soon as it can', async () => {
    const api = await ApiServer.start()
    api.put(podObject('shop', 'a'))
    api.put(configMapObject('shop'))
    await using cluster = await FollowedCluster.of({ api })
    const comeBack = await api.stop()
    await cluster.start()
    expect(cluster.found).toEqual([])
    const isUnreached = ({ resource, state, problem }: Hearing) =>
      resource === 'pods' && state === 'retrying' && problem?.code === 'kubernetes_unreachable'
    await cluster.until(() => cluster.hearings.some(isUnreached))
    await comeBack()
    await cluster.until(() => cluster.scraped === 'shop/a')
  })

  it('says nothing of who is scraped while no pods may be read at all: who was scraped by the run before is not gone', async () => {
    await using cluster = await shopAndStore(
      (api) => (api.refuse = () => [403, 'User "system:serviceaccount:mesh:collector" cannot do that']),
    )
    await cluster.start()
    expect(cluster.found).toEqual([])
    expect(cluster.stateOf('pods')).toBe('refused')
    cluster.api.refuse = () => undefined
    await cluster.until(() => cluster.scraped === 'shop/a')
  })

  it('keeps everything, says so once for all that is followed, and tells when it is back', async () => {
    await using cluster = await shopAndStore()
    await cluster.start()
    await cluster.until(() => cluster.api.watches() === 4)
    const comeBack = await cluster.api.stop()
    const eventsNamed = (name: string) => cluster.lines.filter(({ event }) => event === name)
    await cluster.until(() => eventsNamed('discovery_watch_lost').length === 4 && cluster.problems === 'kubernetes_unreachable')
    expect(cluster.scraped).toBe('shop/a')
    await comeBack()
    const isBack = () => cluster.problems === '' && cluster.api.watches() === 4
    await cluster.until(() => isBack() && eventsNamed('discovery_watch_regained').length === 4)
    const told = cluster.lines.map((line) => [line.event, line.resource].filter((word) => typeof word === 'string').join(' '))
    expect(told).toContain('discovery_watch_lost pods')
    expect(told).toContain('discovery_watch_regained pods')
    expect(told.filter((line) => line.startsWith('discovery_problem_appeared'))).toHaveLength(1)
  })

  it('goes on from what the run before wrote down: who began while nobody watched is counted from zero', async () => {
    const api = await ApiServer.start()
    api.put(podObject('shop', 'a'))
    api.put(configMapObject('shop'))
    const notes = new Map<string, string>()
    const first = await FollowedCluster.of({ api })
    await first.start()
    for (const [key, text] of first.last?.notes ?? []) if (text !== undefined) notes.set(key, text)
    await first.discovery.close()
    api.put(podObject('shop', 'b'))
    await using second = await FollowedCluster.of({ api, notes })
    await second.start()
    expect(second.scraped).toBe('shop/a shop/b*')
  })

  it('shows in the metrics how each kind of objects is heard', async () => {
    await using cluster = await shopAndStore()
    await cluster.start()
    cluster.clock.advance(2_000)
    const heardAt = cluster.clock.wallMs() / 1e3
    cluster.api.put(podObject('shop', 'b'))
    await cluster.until(() => cluster.scraped === 'shop/a shop/b*')
    cluster.api.cutWatches()
    await cluster.until(() => cluster.api.watches() === 4 && cluster.stateOf('pods') === 'following')
    const lines = await cluster.metric('discovery_watch')
    expect(lines).toContain('meshtelemetry_discovery_watch_restarts_total{resource="pods"} 1')
    expect(lines).toContain('meshtelemetry_discovery_watches{resource="pods",state="following"} 1')
    const [heard] = lines.flatMap((line) => /watch_heard_timestamp_seconds\{resource="pods"\} (.+)/.exec(line)?.[1] ?? [])
    expect(Number(heard) - heardAt).toBeGreaterThanOrEqual(0)
    expect(Number(heard) - heardAt).toBeLessThan(5)
  })
})

it('does not start without a kubeconfig that leads anywhere', async () => {
  const { start, discovery } = follow({ discover: { kubernetes: { kubeconfig: './nowhere.yaml' } }, baseDirectory: '/nonexistent' })
  await expect(start()).rejects.toSatisfy(
    (error) =>
      error instanceof Problem && error.kind.code === 'kubernetes_no_access' && error.message.includes('/nonexistent/nowhere.yaml'),
  )
  await discovery.close()
  await discovery.close()
})

it('is closed before it has started, twice, and while it waits for its first outcome', async () => {
  await using cluster = await shopAndStore((api) => (api.isFrozen = true), { deadlines: impatient })
  await cluster.discovery.close()
  await cluster.start()
  expect(cluster.found).toEqual([])
  await using other = await shopAndStore((api) => (api.isFrozen = true))
  const started = other.start()
  await other.discovery.close()
  await other.discovery.close()
  await started
})
