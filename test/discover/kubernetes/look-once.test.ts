import { expect, it } from 'vitest'
import { connectCluster } from '../../../src/discover/kubernetes/cluster.ts'
import { lookOnce } from '../../../src/discover/kubernetes/look-once.ts'
import { discoverOptions } from '../../../src/discover/options.ts'
import { ApiServer } from './api-server.ts'
import { configMapObject, FollowedCluster, impatient, namespaceObject, patient, podObject } from './followed-cluster.ts'

const settings = { ...discoverOptions.parse({}), allowLoopback: false }

async function looked(api: ApiServer, deadlines = patient) {
  const cluster = connectCluster({ kubeconfig: await api.kubeconfig() }, deadlines)
  try {
    return await lookOnce(cluster, settings)
  } finally {
    await cluster.close()
  }
}

async function shopAndStore(): Promise<ApiServer> {
  const api = await ApiServer.start()
  for (const name of ['shop', 'store']) api.put(namespaceObject(name))
  for (const name of ['shop', 'store']) api.put(podObject(name, 'a'))
  api.put(configMapObject('shop'))
  return api
}

it('finds what a collector finds in its first round, and leaves no watch behind', async () => {
  const api = await shopAndStore()
  const found = await looked(api)
  expect(api.asked.filter((line) => line.startsWith('WATCH'))).toEqual([])
  await using cluster = await FollowedCluster.of({ api })
  await cluster.start()
  const { hearings, ...outcome } = found
  expect(outcome).toEqual(cluster.last)
  expect(hearings.map(({ resource }) => resource).toSorted()).toEqual(cluster.hearings.map(({ resource }) => resource).toSorted())
})

it('goes as far as the rights of whoever asks', async () => {
  await using api = await shopAndStore()
  api.put(configMapObject('shop', 'store'))
  const allowed = ['/api/v1/namespaces/shop/pods', '/api/v1/namespaces/kube-system/configmaps']
  api.refuse = (_, path) => (allowed.includes(path) ? undefined : [403, 'User "ann" cannot do that'])
  const found = await looked(api)
  expect(found.targets.map(({ id }) => id)).toEqual(['uid-shop-a:15010'])
  expect(found.problems).toMatchObject([
    { message: expect.stringContaining('pods in namespace store'), remedy: expect.stringContaining('--user=ann') },
  ])
})

it('says what could not be read although it is not needed', async () => {
  await using api = await shopAndStore()
  api.refuse = (_, path) => (path.endsWith('/daemonsets') ? [403, 'User "ann" cannot do that'] : undefined)
  const { problems, hearings } = await looked(api)
  expect(problems).toEqual([])
  expect(hearings.filter(({ state }) => state === 'refused')).toMatchObject([{ resource: 'daemonsets', namespace: 'kube-system' }])
})

it.each([
  ['kubernetes_forbidden', (api: ApiServer) => void (api.refuse = () => [403, 'User "ann" cannot do that'])],
  ['kubernetes_unauthorized', (api: ApiServer) => void (api.token = 'another')],
  ['kubernetes_timeout', (api: ApiServer) => void (api.isFrozen = true)],
  ['kubernetes_failing', (api: ApiServer) => void (api.refuse = () => [503, 'etcdserver: no leader'])],
])('says %s when nothing can be found', async (code, spoil) => {
  await using api = await shopAndStore()
  spoil(api)
  await expect(looked(api, code === 'kubernetes_timeout' ? impatient : patient)).rejects.toMatchObject({ kind: { code } })
})
