import { expect, it } from 'vitest'
import { ApiServer } from './api-server.ts'
import { configMapObject, FollowedCluster, namespaceObject, podObject } from './followed-cluster.ts'

/** A namespace that its annotation names, with one pod. */
async function annotatedShop(): Promise<FollowedCluster> {
  const api = await ApiServer.start()
  api.put(namespaceObject('shop', { 'openservicemesh.io/metrics': 'enabled' }))
  api.put(podObject('shop', 'a'))
  return FollowedCluster.of({ api })
}

const count = ({ asked }: ApiServer, line: string) => asked.filter((one) => one === line).length

/** Lets time go by. */
async function seconds(cluster: FollowedCluster, n: number): Promise<void> {
  for (let i = 0; i < n * 20; i++) {
    cluster.clock.advance(50)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

it('goes on with the annotations it knew when an API server that just started refuses what it will grant in a moment', async () => {
  await using cluster = await annotatedShop()
  await cluster.start()
  expect(cluster.scraped).toBe('shop/a')
  cluster.api.refuse = () => [403, 'namespaces is forbidden: RBAC: clusterrole not found']
  cluster.api.endWatches()
  await cluster.until(() => cluster.stateOf('namespaces') === 'refused' && cluster.stateOf('pods') === 'refused')
  await seconds(cluster, 1)
  cluster.api.refuse = () => undefined
  await cluster.until(() => cluster.stateOf('namespaces') === 'following' && cluster.stateOf('pods') === 'following')
  expect(cluster.found.map(({ namespaces, targets }) => `${namespaces.join()} ${targets.length}`)).not.toContain(' 0')
  expect(cluster.scraped).toBe('shop/a')
})

it('sees the annotation of a namespace go that it may no longer list and may still get', async () => {
  await using cluster = await annotatedShop()
  await cluster.start()
  cluster.api.refuse = (_, path) => (path === '/api/v1/namespaces' ? [403, 'namespaces is forbidden'] : undefined)
  cluster.api.endWatches()
  await cluster.until(() => cluster.stateOf('namespaces') === 'refused' && cluster.stateOf('namespaces', 'shop') === 'following')
  cluster.api.put(namespaceObject('shop'))
  cluster.clock.advance(30_000)
  await cluster.until(() => cluster.scraped === '')
  await seconds(cluster, 2) // what came together with that is told
  const rounds = cluster.found.length
  await seconds(cluster, 5)
  expect(cluster.found.length).toBe(rounds)
  cluster.api.put(namespaceObject('shop', { 'openservicemesh.io/metrics': 'enabled' }))
  cluster.clock.advance(30_000)
  await cluster.until(() => cluster.scraped === 'shop/a')
})

it('keeps what it knows when something before the API server answers that there is no such thing as pods', async () => {
  await using cluster = await annotatedShop()
  cluster.api.put(configMapObject('shop'))
  await cluster.start()
  cluster.api.refuse = () => [404, 'default backend - 404']
  cluster.api.endWatches()
  await cluster.until(() => cluster.problems === 'kubernetes_not_found' && cluster.stateOf('pods') === 'retrying')
  expect(cluster.scraped).toBe('shop/a')
})

it('does not list in a circle where each watch says that what was just listed is too old', async () => {
  await using cluster = await annotatedShop()
  cluster.api.refuse = (verb, path) => {
    if (verb === 'watch' && path === '/api/v1/pods') cluster.api.compact()
    return undefined
  }
  await cluster.start()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(count(cluster.api, 'GET /api/v1/pods')).toBeLessThanOrEqual(2)
  await seconds(cluster, 10)
  expect(count(cluster.api, 'GET /api/v1/pods')).toBeLessThanOrEqual(2 + 6)
  cluster.api.refuse = () => undefined
  cluster.api.put(podObject('shop', 'b'))
  await cluster.until(() => cluster.scraped === 'shop/a shop/b*')
  await seconds(cluster, 2)
  cluster.api.compact()
  cluster.api.endWatches()
  const before = count(cluster.api, 'GET /api/v1/pods')
  await cluster.until(() => count(cluster.api, 'GET /api/v1/pods') > before)
})

it('takes nobody for newborn in a namespace that is named while the pods are listed anew', async () => {
  await using cluster = await annotatedShop()
  cluster.api.put(namespaceObject('store'))
  cluster.api.put(configMapObject('shop'))
  await cluster.start()
  let go = () => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  let isHeld = false
  cluster.api.beforePage = () => {
    isHeld = true
    return held
  }
  cluster.api.refuse = (verb, path) => (verb === 'watch' && path === '/api/v1/pods' ? [410, 'too old resource version'] : undefined)
  cluster.api.endWatches()
  cluster.api.put(podObject('store', 'a')) // while nobody watched
  await cluster.until(() => isHeld && cluster.api.watches('/api/v1/namespaces/kube-system/configmaps') === 1)
  cluster.api.put(configMapObject('shop', 'store'))
  await cluster.until(() => cluster.last?.namespaces.includes('store'))
  cluster.api.refuse = () => undefined
  go()
  await cluster.until(() => cluster.last?.targets.length === 2)
  expect(cluster.scraped).toBe('shop/a store/a')
})

it('does not count as unheard what is followed no more, and what others are heard in the stead of', async () => {
  await using cluster = await annotatedShop()
  const labels = { app: 'osm-controller', meshName: 'osm', 'osm-proxy-uuid': '' }
  cluster.api.know('/apis/config.openservicemesh.io/v1alpha2', 'meshconfigs MeshConfig')
  cluster.api.put(podObject('osm-system', 'osm-controller-1', { labels }))
  await cluster.start()
  const heardOf = async (resource: string) => {
    const line = (await cluster.metric('discovery_watch_heard')).find((one) => one.includes(`resource="${resource}"`))
    return line === undefined ? undefined : Number(line.split(' ')[1])
  }
  await cluster.until(() => cluster.stateOf('meshconfigs', 'osm-system') === 'following')
  const begin = (await heardOf('pods')) ?? 0
  expect(await heardOf('meshconfigs')).toBeGreaterThanOrEqual(begin)
  cluster.api.remove('Pod', 'osm-controller-1', 'osm-system')
  await cluster.until(() => cluster.stateOf('meshconfigs', 'osm-system') === undefined)
  expect(await heardOf('meshconfigs')).toBeUndefined()
  expect((await cluster.metric('discovery_watches')).filter((line) => line.includes('meshconfigs'))).toEqual([])
  cluster.api.refuse = (_, path) => (path === '/api/v1/pods' ? [403, 'pods is forbidden'] : undefined)
  await seconds(cluster, 3)
  cluster.api.endWatches()
  await cluster.until(() => cluster.stateOf('pods') === 'refused' && cluster.stateOf('pods', 'shop') === 'following')
  await seconds(cluster, 1.5)
  expect(await heardOf('pods')).toBeGreaterThan(begin + 1)
})

it('does not bring back pods that left a namespace while it was read by itself', async () => {
  await using cluster = await annotatedShop()
  cluster.api.put(configMapObject('shop'))
  await cluster.start()
  cluster.api.refuse = (_, path) => (path === '/api/v1/pods' ? [403, 'pods is forbidden'] : undefined)
  cluster.api.endWatches()
  await cluster.until(() => cluster.stateOf('pods') === 'refused' && cluster.stateOf('pods', 'shop') === 'following')
  cluster.api.remove('Pod', 'a', 'shop')
  cluster.api.put(podObject('shop', 'b'))
  await cluster.until(() => cluster.scraped === 'shop/b*')
  cluster.api.put(configMapObject())
  await cluster.until(() => cluster.scraped === '' && cluster.stateOf('pods', 'shop') === undefined)
  cluster.found.length = 0
  cluster.api.put(configMapObject('shop'))
  await cluster.until(() => cluster.scraped === 'shop/b')
  expect(cluster.found.flatMap(({ targets }) => targets.map(({ pod }) => pod?.name))).not.toContain('a')
  // Read all together again, and not any more, it keeps its pods all the while.
  for (let times = 0; times < 2; times++) {
    cluster.api.refuse = () => undefined
    await cluster.until(() => cluster.stateOf('pods') === 'following' && cluster.api.watches('/api/v1/pods') === 1)
    await seconds(cluster, 1.5)
    cluster.found.length = 0
    cluster.api.refuse = (_, path) => (path === '/api/v1/pods' ? [403, 'pods is forbidden'] : undefined)
    cluster.api.endWatches()
    await cluster.until(() => cluster.stateOf('pods') === 'refused' && cluster.stateOf('pods', 'shop') === 'following')
    expect(cluster.found.filter(({ targets }) => targets.length === 0)).toEqual([])
  }
})
