import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { type DiscoveredWorld, itIsADiscovery } from '../contracts/discovery.ts'
import { temporaryFolder } from './folder.ts'
import { ApiServer } from './kubernetes/api-server.ts'
import { configMapObject, podObject } from './kubernetes/followed-cluster.ts'

async function folderWith(first: string, second: string, optionsOf: (path: string) => object): Promise<DiscoveredWorld> {
  const folder = await temporaryFolder()
  const write = (file: string, text: string) => writeFile(join(folder.path, file), text)
  await write('a.json', first)
  return {
    options: optionsOf(folder.path),
    unreadable: optionsOf(join(folder.path, 'nowhere')),
    add: () => write('b.json', second),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const list = (...items: object[]) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items.map((item) => ({ apiVersion: 'v1', ...item })) })

describe('the discovery manifests', () => {
  itIsADiscovery(() =>
    folderWith(list(configMapObject('shop'), podObject('shop', 'a')), list(podObject('shop', 'b')), (path) => ({
      source: 'manifests',
      manifests: { path },
    })),
  )
})

describe('the discovery file_sd', () => {
  const groups = (...targets: string[]) => JSON.stringify([{ targets }])
  itIsADiscovery(() =>
    folderWith(groups('10.0.0.1:15010'), groups('10.0.0.2:15010'), (path) => ({ source: 'file_sd', file_sd: { paths: [path] } })),
  )
})

describe('the discovery kubernetes', () => {
  itIsADiscovery(async () => {
    const api = await ApiServer.start()
    api.put(configMapObject('shop'))
    api.put(podObject('shop', 'a'))
    const kubeconfig = await api.kubeconfig()
    return {
      options: { kubernetes: { kubeconfig } },
      unreadable: { kubernetes: { kubeconfig, context: 'nowhere' } },
      add: () => api.put(podObject('shop', 'b')),
      [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
    }
  })
})
