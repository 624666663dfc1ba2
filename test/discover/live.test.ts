import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import type { Discovered } from '../../src/model/discovered.ts'
import { Problem } from '../../src/runtime/problem.ts'
import { AwakeTime } from '../support/awake-time.ts'
import { named } from './cluster.ts'
import { follow, temporaryFolder } from './folder.ts'

/** Files as a person or a program edits them, under the real clock. */

const configMapText = (...names: string[]) => {
  const { name, namespace, data } = named(...names)
  return stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data })
}
const podText = (name: string, change: { phase?: string; scrape?: string } = {}) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'bookstore',
      uid: name,
      labels: { 'osm-proxy-uuid': 'u' },
      annotations: { 'prometheus.io/scrape': change.scrape ?? 'true' },
    },
    status: { phase: change.phase ?? 'Running', podIP: '10.0.0.1' },
  })

const ids = ({ targets }: Discovered) => targets.map(({ id, bornWatched }) => `${id}${bornWatched ? ' born' : ''}`)
const isScraped =
  (...wanted: string[]) =>
  (found: Discovered) =>
    ids(found).join() === wanted.join()
const hasProblem = (code: string) => (found: Discovered) => found.problems.some((problem) => problem.code === code)
const hasNoProblem = ({ problems }: Discovered) => problems.length === 0

/** A followed folder that holds a ConfigMap and the pod a. */
async function followedFolder() {
  const folder = await temporaryFolder()
  /** All at once, as editors and kubectl do: however busy the machine is, nobody sees it half. */
  const write = async (file: string, text: string) => {
    const half = join(folder.path, dirname(file), `.${basename(file)}.half`)
    await writeFile(half, text)
    await rename(half, join(folder.path, file))
  }
  await write('config.yaml', configMapText('bookstore'))
  await write('a.yaml', podText('a'))
  const followed = follow({ discover: { source: 'manifests', manifests: { path: folder.path } }, baseDirectory: '/' })
  const dispose = async () => {
    await followed.discovery.close()
    await folder[Symbol.asyncDispose]()
  }
  return { ...followed, path: folder.path, write, [Symbol.asyncDispose]: dispose }
}

it.concurrent('tells the full outcome before it has started', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  expect(mesh.found.map(ids)).toEqual([['a:15010']])
})

it.concurrent('acts on files that are written, edited, moved and deleted', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  await mesh.write('b.yaml', podText('b'))
  await mesh.until(isScraped('a:15010', 'b:15010 born'))
  await mesh.write('a.yaml', podText('a', { scrape: 'True' }))
  expect(await mesh.until(isScraped('b:15010 born'))).toMatchObject({
    dropped: [{ pod: 'a', reason: 'scrape_not_exactly_true' }],
    paused: new Set(['a:15010']),
  })
  await mesh.write('.half', podText('a'))
  await rename(join(mesh.path, '.half'), join(mesh.path, 'a.yaml'))
  await mesh.until(isScraped('a:15010', 'b:15010 born'))
  await mkdir(join(mesh.path, 'apps.v1'))
  await mesh.write('apps.v1/c.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }))
  await rm(join(mesh.path, 'b.yaml'))
  expect((await mesh.until(isScraped('a:15010'))).problems).toEqual([])
})

it('acts within two seconds', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  const passed = new AwakeTime()
  onTestFinished(() => passed.close())
  await mesh.write('b.yaml', podText('b'))
  await mesh.until(isScraped('a:15010', 'b:15010 born'))
  expect(passed.ms).toBeLessThan(2_000)
})

it.concurrent('acts on an edit of the ConfigMap', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  await mesh.write('config.yaml', configMapText())
  expect(await mesh.until(isScraped())).toMatchObject({ namespaces: [], paused: new Set() })
  await mesh.write('config.yaml', configMapText('bookstore'))
  await mesh.until(isScraped('a:15010'))
  const changes = mesh.lines
    .filter(({ event }) => event === 'namespaces_changed')
    .map(({ added, removed, targets }) => ({ added, removed, targets }))
  expect(changes).toEqual([
    { added: ['bookstore'], removed: [], targets: 1 },
    { added: [], removed: ['bookstore'], targets: 0 },
    { added: ['bookstore'], removed: [], targets: 1 },
  ])
})

it.concurrent('keeps what was good of a file that is wrong, and says file and line once', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  const good = podText('a')
  await mesh.write('a.yaml', good.slice(0, good.indexOf('osm-proxy')).replace('labels:', 'labels: {'))
  const found = await mesh.until(hasProblem('file_malformed'))
  expect(found.problems).toMatchObject([{ file: join(mesh.path, 'a.yaml'), line: expect.any(Number) }])
  expect(ids(found)).toEqual(['a:15010'])
  await mesh.write('a.yaml', '')
  expect(ids(await mesh.until(hasProblem('file_empty')))).toEqual(['a:15010'])
  await mesh.write('a.yaml', good)
  expect(ids(await mesh.until(hasNoProblem))).toEqual(['a:15010'])
  expect(mesh.lines.map(({ event }) => event)).toEqual([
    'namespaces_changed',
    'discovery_problem_appeared',
    'discovery_problem_appeared',
    'discovery_problem_resolved',
    'discovery_problem_resolved',
  ])
})

it.concurrent('keeps the last good ConfigMap, and names the line in its file', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  await mesh.write('config.yaml', configMapText('bookstore').replace('["bookstore"]', '["bookstore",,]'))
  const found = await mesh.until(hasProblem('configmap_malformed'))
  const line =
    configMapText('bookstore')
      .split('\n')
      .findIndex((text) => text.includes('monitor_namespaces')) + 1
  expect(found).toMatchObject({ namespaces: ['bookstore'], problems: [{ file: join(mesh.path, 'config.yaml'), line }] })
  expect(ids(found)).toEqual(['a:15010'])
})

it.concurrent('does not take pods for newborn that stood in a file which was wrong at the start', async () => {
  await using mesh = await followedFolder()
  await mesh.write('b.yaml', `${podText('b')}\n}`)
  await mesh.start()
  await mesh.write('b.yaml', podText('b'))
  expect((await mesh.until(isScraped('a:15010', 'b:15010'))).problems).toEqual([])
  await mesh.write('c.yaml', podText('c'))
  await mesh.until(isScraped('a:15010', 'b:15010', 'c:15010 born'))
})

it.concurrent('follows the links of a mounted ConfigMap, whose folder is swapped behind them', async () => {
  await using mesh = await followedFolder()
  for (const [version, pod] of [
    ['..1', 'b'],
    ['..2', 'c'],
  ] as const) {
    await mkdir(join(mesh.path, version))
    await mesh.write(`${version}/pods.yaml`, podText(pod))
  }
  await symlink('..1', join(mesh.path, '..data'))
  await symlink('..data/pods.yaml', join(mesh.path, 'pods.yaml'))
  await mesh.start()
  expect(mesh.found.map(ids)).toEqual([['a:15010', 'b:15010']])
  await symlink('..2', join(mesh.path, '..data_tmp'))
  await rename(join(mesh.path, '..data_tmp'), join(mesh.path, '..data'))
  await mesh.until(isScraped('a:15010', 'c:15010 born'))
})

it.concurrent('says nothing when nothing that matters changed', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  await mesh.write('a.yaml', `# rewritten\n${podText('a')}`)
  await mesh.write('service.yaml', 'apiVersion: v1\nkind: Service\n')
  await mesh.write('b.yaml', podText('b'))
  await mesh.until(isScraped('a:15010', 'b:15010 born'))
  expect(mesh.found).toHaveLength(2)
})

it.concurrent('keeps everything when the folder is gone, and goes on when it is back', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  await rename(mesh.path, `${mesh.path}-away`)
  expect(ids(await mesh.until(hasProblem('source_unreadable')))).toEqual(['a:15010'])
  await rename(`${mesh.path}-away`, mesh.path)
  await mesh.until(hasNoProblem)
  expect(ids(mesh.found.at(-1) as Discovered)).toEqual(['a:15010'])
})

it.concurrent('does not start without its folder', async () => {
  const { start, discovery } = follow({ discover: { source: 'manifests', manifests: { path: 'nowhere' } }, baseDirectory: '/nonexistent' })
  await expect(start()).rejects.toSatisfy(
    (error) => error instanceof Problem && error.kind.code === 'source_missing' && error.place.file === '/nonexistent/nowhere',
  )
  await discovery.close()
  await discovery.close()
})

it.concurrent('is silent once it is closed', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  await mesh.discovery.close()
  await mesh.write('b.yaml', podText('b'))
  await new Promise((resolve) => setTimeout(resolve, 800))
  expect(mesh.found).toHaveLength(1)
})

it.concurrent('counts what it found for /metrics', async () => {
  await using mesh = await followedFolder()
  await mesh.write('b.yaml', podText('b', { scrape: 'yes' }))
  await mesh.write('c.yaml', 'kind: [')
  await mesh.start()
  const page = await mesh.metrics.registry.metrics()
  for (const line of [
    'discovery_targets{kind="sidecar"} 1',
    'discovery_dropped{reason="scrape_not_exactly_true"} 1',
    'discovery_dropped{reason="no_ip"} 0',
    'discovery_problems 1',
  ])
    expect(page).toContain(`meshtelemetry_${line}\n`)
})

it.skipIf(process.getuid?.() === 0)('keeps what was read of a file that may not be read any more', async () => {
  await using mesh = await followedFolder()
  await mesh.start()
  await chmod(join(mesh.path, 'a.yaml'), 0o000)
  expect(ids(await mesh.until(hasProblem('source_unreadable')))).toEqual(['a:15010'])
  await chmod(join(mesh.path, 'a.yaml'), 0o600)
  await mesh.until(hasNoProblem)
})
