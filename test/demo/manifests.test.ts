import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { beginningOf, bookstore, podOf, read } from './bookstore.ts'

interface PodObject {
  kind: string
  metadata: {
    name: string
    namespace: string
    uid: string
    deletionTimestamp?: string
    labels: Record<string, string>
    annotations: Record<string, string>
    ownerReferences: { kind: string; name: string; controller: boolean }[]
  }
  spec: { nodeName: string; containers: { name: string }[] }
  status: { phase: string; podIP?: string; containerStatuses?: { name: string; containerID: string; restartCount: number }[] }
}

const objects = async (folder: string, file: string): Promise<unknown[]> =>
  parseAllDocuments(await readFile(join(folder, file), 'utf8')).map((document) => document.toJS() as unknown)
const podsIn = async (folder: string): Promise<PodObject[]> => (await objects(folder, 'pods.yaml')) as PodObject[]

/** Past the beginning of the named episode. */
async function during(name: string, plusMs: number) {
  // Addresses that no other test has: where a pod is gone nobody else answers.
  const hosts = [`127.${230 + (process.pid % 20)}.0`]
  const mesh = await bookstore({ now: () => Date.UTC(2026, 0, 1), hosts })
  await mesh.advance(beginningOf(mesh, name) - 100)
  const before = await podsIn(mesh.folder)
  await mesh.advance(plusMs + 100)
  return { mesh, before, after: await podsIn(mesh.folder) }
}

it('writes its namespaces as the mesh marks them', async () => {
  const mesh = await bookstore()
  expect(await objects(mesh.folder, 'namespaces.yaml')).toContainEqual({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'bookthief',
      labels: { 'kubernetes.io/metadata.name': 'bookthief', 'openservicemesh.io/monitored-by': 'osm' },
      annotations: { 'openservicemesh.io/metrics': 'enabled', 'openservicemesh.io/sidecar-injection': 'enabled' },
    },
  })
  expect((await readdir(mesh.folder)).sort()).toEqual(['namespaces.yaml', 'pods.yaml'])
})

it('writes its pods as Kubernetes would', async () => {
  const mesh = await bookstore()
  const pods = await podsIn(mesh.folder)
  const bookbuyer = pods.find(({ metadata }) => metadata.uid === podOf(mesh, 'bookbuyer').uid)
  const owner = bookbuyer?.metadata.ownerReferences[0]
  expect(owner).toMatchObject({ kind: 'ReplicaSet', controller: true })
  expect(owner?.name).toMatch(/^bookbuyer-[a-z0-9]{10}$/)
  expect(bookbuyer?.metadata.name).toMatch(new RegExp(`^${owner?.name}-[a-z0-9]{5}$`))
  expect(bookbuyer?.metadata.labels).toMatchObject({ app: 'bookbuyer', 'osm-proxy-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/) })
  expect(bookbuyer?.metadata.annotations).toEqual({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '15010',
    'prometheus.io/path': '/stats/prometheus',
  })
  expect(bookbuyer?.spec.containers.map(({ name }) => name)).toEqual(['bookbuyer', 'envoy'])
  expect(bookbuyer?.status).toMatchObject({ phase: 'Running', podIP: new URL(podOf(mesh, 'bookbuyer').url).hostname })
  expect(pods.find(({ metadata }) => metadata.name === 'mysql-0')?.metadata.ownerReferences[0]?.kind).toBe('StatefulSet')
  const controlPlane = pods.filter(({ metadata }) => metadata.namespace === 'osm-system')
  expect(controlPlane.map(({ metadata }) => metadata.labels.app)).toEqual(['osm-controller', 'osm-injector', 'osm-bootstrap'])
  for (const { metadata } of controlPlane) {
    expect(metadata.labels.meshName).toBe('osm')
    expect(metadata.annotations).toEqual({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9091' })
  }
})

it('tells the port of each pod where pods share one address', async () => {
  const mesh = await bookstore({ hosts: [] })
  const pods = await podsIn(mesh.folder)
  const written = pods.map(({ status, metadata }) => `${status.podIP}:${metadata.annotations['prometheus.io/port']}`)
  expect(written).toEqual(mesh.pods().map(({ url }) => new URL(url ?? '').host))
})

it('shows a restart as another container of the same pod, counting from zero', async () => {
  const { mesh, before, after } = await during('restart', 2_600)
  const envoy = (pods: PodObject[]) => pods[0]?.status.containerStatuses?.find(({ name }) => name === 'envoy')
  expect(after[0]?.metadata.uid).toBe(before[0]?.metadata.uid)
  expect(envoy(before)?.restartCount).toBe(0)
  expect(envoy(after)?.restartCount).toBe(1)
  expect(envoy(after)?.containerID).not.toBe(envoy(before)?.containerID)
  expect(await read(mesh.pods()[0]?.url, '^server.uptime$')).toContain('envoy_server_uptime{} 0\n')
})

it('replaces a pod: the new one is pending, then serves while the old one terminates, then the old one is gone', async () => {
  const { mesh, before, after: pending } = await during('replaced pod', 0)
  const old = before.find(({ metadata }) => metadata.name.startsWith('bookstore-v1'))
  const known = new Set(before.map(({ metadata }) => metadata.uid))
  const fresh = (pods: PodObject[]) => pods.find(({ metadata }) => !known.has(metadata.uid))
  const again = (pods: PodObject[]) => pods.find(({ metadata }) => metadata.uid === old?.metadata.uid)
  expect(fresh(pending)?.status).not.toHaveProperty('podIP')
  expect(fresh(pending)?.status.phase).toBe('Pending')

  await mesh.advance(1_000)
  const terminating = await podsIn(mesh.folder)
  expect(fresh(terminating)?.status.phase).toBe('Running')
  expect(again(terminating)?.metadata.deletionTimestamp).toBe('2026-01-01T00:00:03Z')
  expect(await read(mesh.pods().find(({ uid }) => uid === old?.metadata.uid)?.url)).toContain('envoy_server_live{} 1')

  await mesh.advance(3_000)
  const gone = await podsIn(mesh.folder)
  expect(again(gone)).toBeUndefined()
  expect(fresh(gone)?.metadata.ownerReferences).toEqual(old?.metadata.ownerReferences)
  await expect(fetch(`http://${old?.status.podIP}:15010/stats/prometheus`)).rejects.toThrow('fetch failed')
})

it('says so when it cannot write', async () => {
  await expect(bookstore({ manifestsFolder: '/nowhere/at/all' })).rejects.toThrow('ENOENT')
})
