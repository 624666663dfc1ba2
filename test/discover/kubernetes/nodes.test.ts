import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { follow, temporaryFolder } from '../folder.ts'
import { nodeObject, shopAndStore } from './followed-cluster.ts'
import type { ApiServer } from './api-server.ts'

const withNodes = (api: ApiServer) => {
  api.know('/api/v1', 'nodes Node')
  api.put(nodeObject('n2', '10.1.0.2'))
  api.put(nodeObject('n1', '10.1.0.1'))
}

describe('nodes of a cluster', () => {
  it('are asked for only where somebody wants them', async () => {
    await using cluster = await shopAndStore(withNodes)
    await cluster.start()
    expect(cluster.last?.nodes).toBeUndefined()
    expect(cluster.api.asked.filter((asked) => asked.includes('nodes'))).toEqual([])
  })

  it('are followed with the address within the cluster, and what else happens to them is no news', async () => {
    await using cluster = await shopAndStore(withNodes, { withNodes: true })
    await cluster.start()
    expect(cluster.last?.nodes).toEqual([
      { name: 'n1', address: '10.1.0.1', kubeletPort: 10_250 },
      { name: 'n2', address: '10.1.0.2', kubeletPort: 10_250 },
    ])
    const told = cluster.found.length
    cluster.api.put(nodeObject('n1', '10.1.0.1', 'Unknown'))
    cluster.api.put(nodeObject('n3', '10.1.0.3'))
    await cluster.until(() => cluster.last?.nodes?.length === 3)
    expect(cluster.found.length).toBe(told + 1)
    cluster.api.remove('Node', 'n3')
    await cluster.until(() => cluster.last?.nodes?.length === 2 && cluster.stateOf('nodes') === 'following')
  })

  it('that may not be read keep nobody from being scraped, and it is said which right is missing', async () => {
    await using cluster = await shopAndStore(
      (api) => {
        withNodes(api)
        api.refuse = (_, path) =>
          path === '/api/v1/nodes' ? [403, 'nodes is forbidden: User "u" cannot list resource "nodes"'] : undefined
      },
      { withNodes: true },
    )
    await cluster.start()
    expect([cluster.scraped, cluster.problems, cluster.last?.nodes]).toEqual(['shop/a', '', undefined])
    await cluster.until(() => cluster.stateOf('nodes') === 'refused')
    const { problem } = cluster.hearings.find(({ resource }) => resource === 'nodes') ?? {}
    expect(problem?.message).toMatch(/^The right to list nodes in all namespaces is missing/)
    expect(problem?.remedy).toContain('--verb=get,list,watch --resource=nodes')
  })
})

describe('nodes in manifests', () => {
  it('stand beside the other objects, as kubectl writes them', async () => {
    await using folder = await temporaryFolder()
    const list = {
      apiVersion: 'v1',
      kind: 'NodeList',
      items: [nodeObject('n1', '10.1.0.1'), { metadata: { name: 'bare' } }, nodeObject('n1', '10.1.0.9')],
    }
    await writeFile(join(folder.path, 'nodes.json'), JSON.stringify(list))
    const { discovery, start, found } = follow({ discover: { source: 'manifests', manifests: { path: '.' } }, baseDirectory: folder.path })
    await start()
    await discovery.close()
    expect(found[0]?.problems).toEqual([
      expect.objectContaining({ code: 'object_repeated', message: expect.stringMatching(/^The Node n1 is left out: .*nodes\.json/) }),
    ])
    expect(found[0]?.nodes).toEqual([
      { name: 'bare', kubeletPort: 10_250 },
      { name: 'n1', address: '10.1.0.1', kubeletPort: 10_250 },
    ])
  })
})
