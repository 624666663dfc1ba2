import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import type { StatusAnswer, TargetsAnswer } from '../../../src/model/figures.ts'
import { accessOf, type DeployedObject, deployText, kustomizationOf, objectsOf } from '../../support/deployment.ts'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealSetting } from '../part.ts'
import { PagePods } from './page-pods.ts'
import { home, meshConfigKind, scraped, worldOf } from './rights-world.ts'
import type { Account, KubeServer, Rights } from './server.ts'
import { less, rightsOf, type Single, single } from './single-rights.ts'
import { until } from './waiting.ts'

const execute = promisify(execFile)

/** What is shipped, and on top of it what somebody adds who wants to see containers. */
const folders = ['overlays/upstream', 'components/cadvisor']

/** Kubelets alone ask for it, and there is none here: whether the API server would grant it to them is asked in their stead. */
const metricsOfNodes: Single = { verb: 'get', resource: 'nodes/metrics', group: '', namespace: undefined, name: undefined }

/** Whom the shipped bindings name. */
const account: Account = { namespace: 'mesh-telemetry', name: 'mesh-telemetry' }

interface Scene {
  readonly server: KubeServer
  readonly scratch: string
  /** Whether commands can be tried that the program tells to type. */
  readonly hasKubectl: boolean
}

/**
 * The collector with exactly the rights that `deploy/` grants reads all that it wants to; with any one of them less it says which one is missing, and goes on
 * as soon as it is granted.
 */
export async function rights(server: KubeServer, { log, scratch }: RealSetting): Promise<NonNullable<RealOutcome['figures']>> {
  using pods = new PagePods()
  const world = await worldOf(pods)
  await server.api.apply(meshConfigKind)
  await until(10_000, () => server.api.get('/apis/config.openservicemesh.io/v1alpha1/meshconfigs').then(() => undefined, String))
  await server.api.apply(...world)
  const hasKubectl = await execute('kubectl', ['version', '--client']).then(Boolean, () => false)
  const scene = { server, scratch, hasKubectl }
  try {
    await asShipped(scene)
    log(`with the rights of ${folders.join(' and ')} everything is read, and nothing is complained about`)
    const shipped = rightsOf(folders.flatMap(objectsOf))
    const wants = shipped.flatMap(single).filter(({ resource }) => resource !== metricsOfNodes.resource)
    for (const [n, missing] of wants.entries()) await without(scene, { shipped, missing, name: `lacks-${n}` })
    log(`each of ${wants.length} rights is named when it is missing${hasKubectl ? ', and the command that is given grants it' : ''}`)
    const grantedMs = await grantedLater(scene, shipped)
    log(`a right that was granted acted after ${grantedMs} ms`)
    await perNamespace(scene)
    log('with a Role per namespace instead of the ClusterRole they are scraped, too')
    return { 'rights that are shipped, each needed': wants.length }
  } finally {
    for (const object of world) if (object.kind !== 'Namespace') await server.api.delete(object)
  }
}

/** The objects themselves, bindings included. */
async function asShipped(scene: Scene): Promise<void> {
  const { server } = scene
  await server.api.apply(...folders.flatMap(accessOf))
  const kubeconfig = await server.writeKubeconfig('as-shipped', await server.token(account))
  await collecting(scene, { name: 'as-shipped', kubeconfig }, async (collector) => {
    await until(15_000, async () => {
      const discovery = await discoveryOf(collector)
      const unheard = discovery.watches.filter(({ state }) => state !== 'following')
      if (unheard.length > 0 || discovery.meshConfig === null) return `not all is read: ${JSON.stringify(discovery)}`
      return onlyAgent(discovery) ?? missingTargets(collector)
    })
  })
  if (!scene.hasKubectl) return
  for (const [resource, isGranted] of [
    [metricsOfNodes.resource, true],
    ['nodes/proxy', false],
  ] as const)
    if ((await mayNow(server, account.name, { ...metricsOfNodes, resource })) !== isGranted)
      throw new Error(`${resource} should ${isGranted ? '' : 'not '}be granted`)
}

/** The message names what is missing, and what it tells to type grants it. */
async function without(scene: Scene, { shipped, missing, name }: Lacking): Promise<void> {
  const { server } = scene
  const kubeconfig = await server.kubeconfigFor({ ...account, name }, less(shipped, missing))
  const remedy = await collecting(scene, { name, kubeconfig }, (collector) => remedyFor(missing, collector))
  if (!scene.hasKubectl) return
  if (await mayNow(server, name, missing)) throw new Error(`the account ${name} lacks nothing: the test is wrong`)
  const environment = { env: { ...process.env, KUBECONFIG: server.kubeconfig } }
  await execute('/bin/sh', ['-c', remedy], environment)
  await until(15_000, async () =>
    (await mayNow(server, name, missing)) ? undefined : `the account ${name} may still not ${missing.verb} ${missing.resource}: ${remedy}`,
  )
  for (const [made] of remedy.matchAll(/(?<=kubectl create )\w+ \S+(?: -n \S+)?/g)) await server.kubectl('delete', ...made.split(' '))
}

interface Lacking {
  readonly shipped: readonly Rights[]
  readonly missing: Single
  /** The account's. */
  readonly name: string
}

/** What status tells to type for a right that is missing. */
async function remedyFor({ verb, resource, namespace, name }: Single, collector: CollectorProcess): Promise<string> {
  const what = name === undefined ? resource : `${resource} ${name}`
  const sentence = `The right to ${verb} ${what} ${namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`} is missing`
  let remedy: string | undefined
  await until(15_000, async () => {
    const discovery = await discoveryOf(collector)
    remedy = discovery.watches.find(({ problem }) => problem?.message.startsWith(sentence))?.problem?.remedy
    return remedy === undefined ? `nobody said "${sentence}": ${JSON.stringify(discovery)}` : undefined
  })
  return remedy ?? ''
}

async function mayNow(server: KubeServer, who: string, { verb, resource, group, namespace, name }: Single): Promise<boolean> {
  const [plural = '', sub] = resource.split('/')
  const what = `${plural}${group === '' ? '' : `.${group}`}${name === undefined ? '' : `/${name}`}`
  const where = namespace === undefined ? '-A' : `-n=${namespace}`
  const answer = server.kubectl(
    'auth',
    'can-i',
    verb,
    what,
    ...(sub === undefined ? [] : [`--subresource=${sub}`]),
    where,
    `--as=system:serviceaccount:${account.namespace}:${who}`,
  )
  return answer.then(
    (said) => said.startsWith('yes'),
    () => false,
  )
}

/** @returns how long it took, milliseconds */
async function grantedLater(scene: Scene, shipped: readonly Rights[]): Promise<number> {
  const { server } = scene
  const later = { ...account, name: 'later' }
  const kubeconfig = await server.kubeconfigFor(
    later,
    shipped.filter(({ namespace }) => namespace !== undefined),
  )
  return collecting(scene, { name: 'later', kubeconfig }, async (collector) => {
    await until(15_000, async () => {
      const discovery = await discoveryOf(collector)
      return discovery.watches.some(({ resource, state }) => resource === 'pods' && state === 'refused')
        ? undefined
        : 'no pods may be read, and nobody says so'
    })
    await server.grant(later, shipped)
    return until(45_000, () => missingTargets(collector))
  })
}

/** `overlays/restricted-rights`: what it deletes is not granted. With a folder less for a namespace that is named, that one is missing and no other. */
async function perNamespace(scene: Scene): Promise<void> {
  const { server } = scene
  const { patches = [] } = kustomizationOf('overlays/restricted-rights')
  const deleted = new Set(patches.map(({ patch }) => (parse(patch) as DeployedObject).kind))
  const granted = rightsOf(objectsOf('overlays/restricted-rights').filter(({ kind }) => !deleted.has(kind)))
  const all = { name: 'per-namespace', kubeconfig: await server.kubeconfigFor({ ...account, name: 'per-namespace' }, granted) }
  await collecting(scene, all, (collector) =>
    until(15_000, async () => onlyAgent(await discoveryOf(collector)) ?? missingTargets(collector)),
  )
  const fewer = granted.filter(({ namespace }) => namespace !== 'bookstore')
  const butOne = { name: 'but-one', kubeconfig: await server.kubeconfigFor({ ...account, name: 'but-one' }, fewer) }
  await collecting(scene, butOne, (collector) =>
    until(15_000, async () => {
      const { problems } = await discoveryOf(collector)
      const isSaid = problems.some(({ message }) => message.startsWith('The right to list pods in namespace bookstore is missing'))
      if (!isSaid) return `nobody said that bookstore may not be read: ${JSON.stringify(problems)}`
      const missing = await missingTargets(collector)
      return missing === 'nobody of bookstore is scraped' ? undefined : `bookstore alone should be missing: ${missing}`
    }),
  )
}

/** Runs the shipped configuration as somebody. */
async function collecting<T>(
  scene: Scene,
  as: { readonly name: string; readonly kubeconfig: string },
  watch: (collector: CollectorProcess) => Promise<T>,
) {
  const scratch = join(scene.scratch, as.name)
  await mkdir(scratch)
  const shipped = parse(deployText('base/config.yaml')) as { readonly discover: object }
  const config = {
    ...shipped,
    discover: { ...shipped.discover, kubernetes: { kubeconfig: as.kubeconfig } },
    state: { path: join(scratch, 'state') },
    http: {}, // an address of this machine, and no token
    scrape: { interval: '1s', timeout: '800ms', allowLoopback: true, cadvisor: { from: 'kubelet' } },
  }
  const collector = await CollectorProcess.run(config, { scratch })
  try {
    return await watch(collector)
  } catch (error) {
    throw new Error(`as ${as.name}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await collector.stop()
  }
}

const discoveryOf = async (collector: CollectorProcess) => (await collector.json<StatusAnswer>('/api/v1/status')).discovery

/** That Azure's agent collects too is the one thing to complain about. */
function onlyAgent({ problems }: StatusAnswer['discovery']): string | undefined {
  const codes = problems.map(({ code }) => code)
  return codes.join() === 'agent_collects_too' ? undefined : `the problems are ${JSON.stringify(problems)}`
}

/** One pod per namespace, and the control plane's. */
async function missingTargets(collector: CollectorProcess): Promise<string | undefined> {
  const { targets } = await collector.json<TargetsAnswer>('/api/v1/targets')
  const up = new Set(targets.filter(({ state }) => state === 'up').map(({ namespace }) => namespace))
  const missing = [...scraped, home].filter((namespace) => !up.has(namespace))
  return missing.length === 0 ? undefined : `nobody of ${missing.join(', ')} is scraped`
}
