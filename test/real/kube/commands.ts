import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readConfigMap } from '../../../src/discover/configmap.ts'
import type { RealSetting } from '../part.ts'
import type { KubeObject } from './api.ts'
import type { KubeServer, Rights } from './server.ts'

const launcher = join(import.meta.dirname, '../../../bin/mesh-telemetry.mjs')

/** What this check makes up, apart from what others do on the same server. */
const mesh = 'commands'
const home = 'commands-system'
const shops = ['commands-a', 'commands-b', 'commands-c', 'commands-d', 'commands-e']
const [shop = ''] = shops
const configMap = { namespace: home, name: 'namespaces' }
const written = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '15010', 'prometheus.io/path': '/stats/prometheus' }
/** In the order in which the server hands them out. */
const own = { 'prometheus.io/path': '/metrics', 'prometheus.io/port': '8080', 'prometheus.io/scrape': 'true' }
const manyPods = 200

interface Ended {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

type Annotations = Readonly<Record<string, string>> | undefined
type Run = (...words: readonly string[]) => Promise<Ended>

/** `metrics enable` and `disable`, `namespace list` and `mesh list` against the real API server: what they write is what `kubectl` then shows. */
export async function commands(server: KubeServer, { log, signal }: RealSetting): Promise<Readonly<Record<string, number>>> {
  await server.api.apply(...meshObjects(), ...shops.map(namespaceObject), podObject(shop, 'plain'), podObject(shop, 'owned', own), outside)
  const run = runner(server.kubeconfig, signal)
  await lists(run)
  await roundTrip(server, run)
  log('enabling and disabling leaves everything as it was, and writes what osm writes')
  await atTheSameTime(server, run)
  log('five at the same time lose no name in the ConfigMap')
  await leastRights(server, signal)
  log('each right that is missing is named, and with all of them it works')
  return { [`ms for metrics enable over ${manyPods} pods, start included`]: await inBulk(server, run) }
}

const runner =
  (kubeconfig: string, signal: AbortSignal): Run =>
  (...words) =>
    new Promise((resolve) => {
      const all = [launcher, ...words, '--kubeconfig', kubeconfig]
      const child = execFile(process.execPath, all, { signal }, (_, out, err) => resolve({ exitCode: child.exitCode ?? -1, out, err }))
    })

async function lists(run: Run): Promise<void> {
  const meshes = await run('mesh', 'list', '--osm-namespace', home)
  expectThat('mesh list names the mesh', new RegExp(`^${mesh} +${home} +v1\\.2\\.4 +${shops.join(',')}$`, 'm').test(meshes.out), meshes)
  expectThat(
    'mesh list knows no SMI versions without a controller',
    new RegExp(`^${mesh} +${home} +Unknown$`, 'm').test(meshes.out),
    meshes,
  )
  const namespaces = await run('namespace', 'list', '--mesh-name', mesh)
  expectThat(
    'namespace list names the namespaces',
    shops.every((name) => namespaces.out.includes(`${name}   ${mesh}   enabled\n`)),
    namespaces,
  )
}

async function roundTrip(server: KubeServer, run: Run): Promise<void> {
  const before = await shownByKubectl(server)
  const dry = await run('metrics', 'enable', '--namespace', shop, '--dry-run')
  expectThat('a dry run writes nothing', isDeepStrictEqual(await shownByKubectl(server), before) && dry.exitCode === 0, dry)

  const enabled = await run('metrics', 'enable', '--namespace', shop)
  const said = enabled.out === `Metrics successfully enabled in namespace [${shop}]\n`
  const on = await shownByKubectl(server)
  expectThat('enabling says so', said && enabled.exitCode === 0, enabled)
  expectThat('the namespace is annotated', on.namespace.annotations?.['openservicemesh.io/metrics'] === 'enabled', on)
  expectThat('so is a pod', isDeepStrictEqual(on.pods.plain?.annotations, written), on)
  const kept = { ...written, 'mesh-telemetry/own-prometheus': JSON.stringify(own) }
  expectThat('a pod keeps what it had', isDeepStrictEqual(sorted(on.pods.owned?.annotations), sorted(kept)), on)
  expectThat('a pod without a sidecar is left alone', isDeepStrictEqual(on.pods.outside, before.pods.outside), on)

  const again = await run('metrics', 'enable', '--namespace', shop)
  expectThat('enabling twice writes nothing', isDeepStrictEqual(await shownByKubectl(server), on) && again.exitCode === 0, again)
  const disabled = await run('metrics', 'disable', '--namespace', shop)
  const off = await shownByKubectl(server)
  expectThat('disabling leaves everything as it was', isDeepStrictEqual(annotationsOf(off), annotationsOf(before)), { disabled, off })
}

/** Five commands write one ConfigMap: who loses the race twice says so, and the list holds exactly the names of those that did not. */
async function atTheSameTime(server: KubeServer, run: Run): Promise<void> {
  const words = ['--configmap', `${configMap.namespace}/${configMap.name}`]
  const ended = await Promise.all(shops.map((name) => run('metrics', 'enable', '--namespace', name, ...words)))
  const fine = shops.filter((_, i) => ended[i]?.exitCode === 0)
  const named = await monitored(server)
  expectThat('those that succeeded are named', fine.length > 1 && isDeepStrictEqual(named, fine), { named, ended })
  const conflicts = ended.every(({ exitCode, err }) => exitCode === 0 || err.includes('kubernetes_conflict'))
  expectThat('those that did not say why', conflicts, ended)
  const out = await run('metrics', 'disable', '--namespace', shops.join(','), ...words)
  expectThat('all are taken out again', out.exitCode === 0 && (await monitored(server)).length === 0, out)
}

const right = (apiGroup: string, resource: string, ...verbs: string[]) => ({ apiGroups: [apiGroup], resources: [resource], verbs })

/** What the command needs, and not more: a person may be given just this. */
const needed: readonly (readonly [namespace: string, rule: ReturnType<typeof right>])[] = [
  [home, right('apps', 'deployments', 'list')],
  [shop, right('', 'namespaces', 'get')],
  [shop, right('', 'namespaces', 'patch')],
  [shop, right('', 'pods', 'list')],
  [shop, right('', 'pods', 'patch')],
  [home, right('', 'configmaps', 'get')],
  [home, right('', 'configmaps', 'patch')],
]

async function leastRights(server: KubeServer, signal: AbortSignal): Promise<void> {
  const words = ['--namespace', shop, '--osm-namespace', home, '--configmap', `${configMap.namespace}/${configMap.name}`]
  for (let without = 0; without <= needed.length; without++) {
    const rights = needed.filter((_, i) => i !== without).map(([namespace, rule]): Rights => ({ namespace, rules: [rule] }))
    const run = runner(await server.kubeconfigFor({ namespace: home, name: `user-${without}` }, rights), signal)
    const ended = await run('metrics', 'enable', ...words)
    const missing = needed[without]?.[1]
    const named = missing
      ? new RegExp(`The right to ${missing.verbs[0]} ${missing.resources[0]} .*is missing`).test(ended.err)
      : ended.exitCode === 0
    expectThat(missing ? 'the missing right is named' : 'all rights are enough', named && (missing === undefined || ended.exitCode === 1), {
      missing,
      ended,
    })
    await runner(server.kubeconfig, signal)('metrics', 'disable', ...words)
  }
}

async function inBulk(server: KubeServer, run: Run): Promise<number> {
  await server.api.apply(...Array.from({ length: manyPods }, (_, i) => podObject('commands-b', `many-${i}`)))
  const beganMs = performance.now()
  const ended = await run('metrics', 'enable', '--namespace', 'commands-b')
  const tookMs = Math.round(performance.now() - beganMs)
  const { items } = JSON.parse(await server.kubectl('get', 'pods', '-n', 'commands-b', '-o', 'json')) as { items: readonly KubeObject[] }
  expectThat(
    'all of many pods are annotated',
    items.length === manyPods && items.every(({ metadata }) => isDeepStrictEqual(metadata.annotations, written)),
    ended,
  )
  return tookMs
}

interface Shown {
  readonly namespace: { readonly annotations?: Annotations; readonly resourceVersion: string }
  readonly pods: Readonly<Record<string, { readonly annotations: Annotations; readonly resourceVersion: unknown }>>
}

/** What a person would see afterwards. The resourceVersion tells a write that changed nothing from none: it stays for both, and moves for every other. */
async function shownByKubectl(server: KubeServer): Promise<Shown> {
  const { metadata } = JSON.parse(await server.kubectl('get', 'namespace', shop, '-o', 'json')) as { metadata: Shown['namespace'] }
  const { items } = JSON.parse(await server.kubectl('get', 'pods', '-n', shop, '-o', 'json')) as { items: readonly KubeObject[] }
  const pods = items.map(({ metadata: { name, annotations, resourceVersion } }) => [
    name,
    { annotations: annotations as Annotations, resourceVersion },
  ])
  return { namespace: { annotations: metadata.annotations, resourceVersion: metadata.resourceVersion }, pods: Object.fromEntries(pods) }
}

const annotationsOf = ({ namespace, pods }: Shown) => [
  namespace.annotations,
  Object.entries(pods).map(([name, pod]) => [name, pod.annotations]),
]
const sorted = (annotations: Annotations) => Object.entries(annotations ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))

async function monitored(server: KubeServer): Promise<readonly string[]> {
  const { data } = JSON.parse(await server.kubectl('get', 'configmap', configMap.name, '-n', configMap.namespace, '-o', 'json')) as {
    data: Record<string, string>
  }
  return (readConfigMap({ ...configMap, data }).monitored?.namespaces ?? []).toSorted()
}

function expectThat(what: string, holds: boolean, seen: unknown): void {
  if (!holds) throw new Error(`${what}: it is not so: ${JSON.stringify(seen)}`)
}

function meshObjects(): KubeObject[] {
  const labels = { app: 'osm-controller', meshName: mesh, 'app.kubernetes.io/version': 'v1.2.4' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'controller', image: 'example/controller:v1' }] } }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'osm-controller', namespace: home, labels },
      spec: { selector: { matchLabels: { app: 'osm-controller' } }, template },
    },
  ]
}

function namespaceObject(name: string): KubeObject {
  const labels = { 'openservicemesh.io/monitored-by': mesh }
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels, annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' } },
  }
}

function podObject(namespace: string, name: string, annotations?: Annotations): KubeObject {
  const metadata = { name, namespace, labels: { app: name, 'osm-proxy-uuid': name }, ...(annotations && { annotations }) }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'app', image: 'example/app:v1' }] } }
}

const outside: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'outside', namespace: shop },
  spec: { containers: [{ name: 'app', image: 'example/app:v1' }] },
}
