import { describe, expect, it } from 'vitest'
import type { ApiServer } from './api-server.ts'
import { configMapObject, controller, namespaceObject, podObject, shopAndStore } from './followed-cluster.ts'

describe('without the right to read all namespaces', () => {
  const clusterWide = /^\/api\/v1\/(?:pods|namespaces)$/
  const only =
    (...namespaces: string[]): ApiServer['refuse'] =>
    (_, path) => {
      const inside = /^\/api\/v1\/namespaces\/([^/]+)/.exec(path)?.[1]
      const isAllowed = inside !== undefined && [...namespaces, 'kube-system'].includes(inside)
      return isAllowed && !clusterWide.test(path) ? undefined : [403, `User "system:serviceaccount:mesh:collector" cannot do that`]
    }

  it('reads the named ones, each by its own right, and the control plane', async () => {
    await using cluster = await shopAndStore((api) => {
      api.put(controller())
      api.refuse = only('shop', 'osm-system')
    })
    await cluster.start()
    expect(cluster.scraped).toBe('osm-system/osm-controller-1 shop/a')
    expect(cluster.last).toMatchObject({ dropped: [], problems: [], meshName: 'osm' })
  })

  it('takes no pod for newborn in a namespace that is named later: its pods are listed first', async () => {
    await using cluster = await shopAndStore((api) => (api.refuse = only('shop', 'store')))
    await cluster.start()
    cluster.api.put(configMapObject('shop', 'store'))
    await cluster.until(() => cluster.scraped === 'shop/a store/a')
    cluster.api.put(podObject('store', 'b'))
    await cluster.until(() => cluster.scraped === 'shop/a store/a store/b*')
    cluster.api.put(configMapObject('shop'))
    const watched = () => ['shop', 'store'].map((name) => cluster.api.watches(`/api/v1/namespaces/${name}/pods`)).join()
    await cluster.until(() => cluster.scraped === 'shop/a' && watched() === '1,0')
    expect(cluster.problems).toBe('')
  })

  it('says per namespace which right is missing and how it is granted, and goes on once it is', async () => {
    await using cluster = await shopAndStore((api) => {
      api.put(configMapObject('shop', 'store', 'nowhere'))
      api.refuse = only('shop', 'nowhere')
    })
    await cluster.start()
    expect(cluster.scraped).toBe('shop/a')
    expect(cluster.last?.problems).toEqual([
      {
        code: 'kubernetes_forbidden',
        message: expect.stringMatching(/^The right to list pods in namespace store is missing: /),
        remedy:
          'kubectl create role mesh-telemetry-pods:mesh:collector -n store --verb=get,list,watch --resource=pods && ' +
          'kubectl create rolebinding mesh-telemetry-pods:mesh:collector -n store --role=mesh-telemetry-pods:mesh:collector --serviceaccount=mesh:collector',
      },
    ])
    // That a namespace does not exist is said only of one that may be looked for.
    expect(cluster.last?.dropped).toMatchObject([{ namespace: 'nowhere', reason: 'namespace_unknown' }])
    cluster.api.refuse = only('shop', 'store', 'nowhere')
    await cluster.until(() => cluster.scraped === 'shop/a store/a' && cluster.problems === '')
  })

  it('asks for no right in a namespace that does not exist', async () => {
    await using cluster = await shopAndStore((api) => {
      api.put(configMapObject('shop', 'nowhere'))
      api.refuse = (_, path) => (['/api/v1/pods', '/api/v1/namespaces/nowhere/pods'].includes(path) ? [403, 'no'] : undefined)
    })
    await cluster.start()
    expect(cluster.last?.problems).toEqual([])
    expect(cluster.last?.dropped).toContainEqual(expect.objectContaining({ namespace: 'nowhere', reason: 'namespace_unknown' }))
  })

  it('names one command for all that is to be read of the whole cluster, and says of each watch whether it matters', async () => {
    await using cluster = await shopAndStore((api) => (api.refuse = only()))
    await cluster.start()
    const told = cluster.hearings.flatMap(({ problem, isOptional = false }) => (problem && !isOptional ? [problem] : []))
    const wide = told.filter(({ message }) => message.includes('in all namespaces'))
    expect(wide.map(({ message }) => message.slice(0, 68))).toEqual(
      Array(2).fill('The right to list namespaces and pods in all namespaces is missing: '),
    )
    expect(new Set(wide.map(({ remedy }) => remedy))).toEqual(
      new Set([
        'kubectl create clusterrole mesh-telemetry-namespaces-pods:mesh:collector --verb=get,list,watch --resource=namespaces,pods && ' +
          'kubectl create clusterrolebinding mesh-telemetry-namespaces-pods:mesh:collector --clusterrole=mesh-telemetry-namespaces-pods:mesh:collector --serviceaccount=mesh:collector',
      ]),
    )
    const guessed = cluster.hearings.filter(({ namespace }) => namespace === 'arc-osm-system')
    expect(guessed).toMatchObject([{ resource: 'pods', state: 'refused', isOptional: true }])
  })

  it('says that watching is what is missing where only that is', async () => {
    await using cluster = await shopAndStore(
      (api) => (api.refuse = (verb, path) => (verb === 'watch' && clusterWide.test(path) ? [403, 'cannot watch'] : undefined)),
    )
    await cluster.start()
    const missing = 'The right to watch namespaces and pods in all namespaces is missing: cannot watch'
    const messages = () => cluster.hearings.flatMap(({ problem }) => problem?.message ?? [])
    const isRefused = () => cluster.stateOf('pods') === 'refused' && cluster.stateOf('namespaces') === 'refused'
    await cluster.until(() => isRefused() && messages().length === 2 && messages().every((message) => message === missing))
    expect(cluster.scraped).toBe('shop/a')
  })

  it('goes over to all of them once that right is granted, and back when it is taken away', async () => {
    await using cluster = await shopAndStore((api) => (api.refuse = only('shop')))
    await cluster.start()
    cluster.api.refuse = () => undefined
    const watched = () => cluster.api.watches('/api/v1/namespaces/shop/pods')
    await cluster.until(() => cluster.last?.pods.length === 2 && watched() === 0 && cluster.scraped === 'shop/a')
    cluster.api.refuse = only('shop')
    cluster.api.cutWatches()
    await cluster.until(() => watched() === 1 && cluster.scraped === 'shop/a')
    cluster.api.put(podObject('shop', 'b'))
    await cluster.until(() => cluster.last?.targets.length === 2)
    expect(cluster.scraped).toBe('shop/a shop/b*')
  })

  it('says that the annotation cannot be read where it is what names them', async () => {
    await using cluster = await shopAndStore(
      (api) => (api.refuse = (_, path) => (path === '/api/v1/namespaces' ? [403, 'no'] : undefined)),
      { discover: { namespaces: 'annotation' } },
    )
    await cluster.start()
    expect(cluster.last?.problems).toMatchObject([{ message: expect.stringContaining('list namespaces in all namespaces') }])
  })

  it('goes by the annotation where the ConfigMap may not be read, and says so', async () => {
    await using cluster = await shopAndStore((api) => {
      api.put(namespaceObject('store', { 'openservicemesh.io/metrics': 'enabled' }))
      api.refuse = (_, path) => (path.endsWith('/configmaps') ? [403, 'no'] : undefined)
    })
    await cluster.start()
    expect(cluster.scraped).toBe('store/a')
    expect(cluster.last?.rule).toContain('nobody may tell whether there is a ConfigMap kube-system/container-azm-ms-osmconfig')
    expect(cluster.last?.problems).toMatchObject([
      {
        code: 'kubernetes_forbidden',
        remedy: expect.stringContaining('--resource=configmaps --resource-name=container-azm-ms-osmconfig'),
      },
    ])
  })
})
