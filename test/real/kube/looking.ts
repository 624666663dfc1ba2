import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TargetsAnswer } from '../../../src/model/figures.ts'
import type { RealSetting } from '../part.ts'
import { configMapObject, namespaceObject, podObject } from './mesh-objects.ts'
import type { KubeServer, Rights } from './server.ts'

const launcher = join(import.meta.dirname, '../../../bin/mesh-telemetry.mjs')

const shop = 'looking-shop'
const bank = 'looking-bank'
const home = 'looking-collector'
const address = { ip: '10.1.2.3', port: 15_010, path: '/stats/prometheus' }

const collectorPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'mesh-telemetry-0', namespace: home, labels: { 'app.kubernetes.io/name': 'mesh-telemetry' } },
  spec: { nodeName: 'node-1', containers: [{ name: 'collector', image: 'example/mesh-telemetry:v1' }] },
  status: { phase: 'Running', podIP: '10.1.2.9', podIPs: [{ ip: '10.1.2.9' }], conditions: [{ type: 'Ready', status: 'True' }] },
}

const core = (resources: readonly string[], verbs: readonly string[], namespace?: string): Rights => ({
  ...(namespace !== undefined && { namespace }),
  rules: [{ apiGroups: [''], resources, verbs }],
})
/** Enough for a look at everything but the mesh's own settings. */
const reader = [core(['namespaces', 'pods', 'configmaps'], ['list'])]

/** `targets` and `doctor` with the rights of people: no node runs these pods, so that every port-forward ends at the API server. */
export async function looking(server: KubeServer, { signal }: RealSetting): Promise<Readonly<Record<string, number>>> {
  const pod = (namespace: string, app: string, enabled: boolean) => podObject({ ...address, namespace, name: `${app}-1`, app, enabled })
  await server.api.apply(...[shop, bank].map((name) => namespaceObject(name)), {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: home },
  })
  await server.api.apply(pod(shop, 'cart', true), pod(bank, 'vault', false), collectorPod, configMapObject([shop, bank]))
  const typed = (words: string, kubeconfig: string) =>
    run([...words.split(' '), '--collector-namespace', home, '--kubeconfig', kubeconfig], signal)
  const account = async (name: string, rights: readonly Rights[]) => server.kubeconfigFor({ namespace: home, name }, rights)
  try {
    const desk = await account('looking-reader', [...reader])
    const beganMs = performance.now()
    const seen = await typed('targets -o json', desk)
    const tookMs = Math.round(performance.now() - beganMs)
    expectIn(seen.err, `opens no port-forward to its collector ${home}/mesh-telemetry-0: Unexpected server response: 403`)
    expectOutcome(JSON.parse(seen.out) as TargetsAnswer)

    const doctor = await typed('doctor -o json', desk)
    expectIn(doctor.out, '"firstBroken": "pods"')
    expectIn(doctor.out, `mesh-telemetry metrics enable --kubeconfig ${desk} --namespace ${bank}`)
    if (doctor.exitCode !== 1) throw new Error(`the doctor ended with ${doctor.exitCode}`)

    await expectForwardRight(account, (kubeconfig) => typed('targets', kubeconfig))
    await expectNarrowView(account, (kubeconfig) => typed('targets -o json', kubeconfig))
    const nobody = await typed('targets', await account('looking-nobody', []))
    expectIn(nobody.err, 'The right to list pods')
    if (nobody.exitCode === 0) throw new Error('who may read nothing was told something')
    return { 'one look from the command line, ms': tookMs }
  } finally {
    await server.api.delete(configMapObject([]))
    await server.api.delete(collectorPod)
  }
}

type Accounts = (name: string, rights: readonly Rights[]) => Promise<string>
type Typing = (kubeconfig: string) => Promise<Seen>

/** The right that the remedy names is the one that the API server asks for, and no verb of it can be left out. */
async function expectForwardRight(account: Accounts, targets: Typing): Promise<void> {
  const forbidden = async (name: string, verbs: readonly string[]) => {
    const { err } = await targets(await account(`looking-${name}`, [...reader, core(['pods/portforward'], verbs, home)]))
    return err.includes('Unexpected server response: 403')
  }
  if (await forbidden('forwarder', ['get', 'create'])) throw new Error('get and create of pods/portforward are not enough')
  for (const verb of ['get', 'create'])
    if (!(await forbidden(`only-${verb}`, [verb]))) throw new Error(`${verb} of pods/portforward is enough: the remedy asks for too much`)
}

/** Who may read one namespace only is told of that one, and of the right that is missing for the other. */
async function expectNarrowView(account: Accounts, targets: Typing): Promise<void> {
  const narrow = [core(['pods'], ['list'], shop), core(['namespaces'], ['get'], shop), core(['configmaps'], ['list'], 'kube-system')]
  const { out } = await targets(await account('looking-narrow', narrow))
  const { targets: found, problems } = JSON.parse(out) as TargetsAnswer
  if (found.map(({ pod }) => pod).join() !== 'cart-1') throw new Error(`who may read ${shop} sees ${found.map(({ pod }) => pod).join()}`)
  expectIn(problems.map(({ message }) => message).join(), `The right to list pods in namespace ${bank} is missing`)
}

function expectOutcome({ targets, dropped }: TargetsAnswer): void {
  const who = [
    ...targets.filter(({ namespace }) => namespace === shop).map(({ pod, state }) => `${pod}: ${state}`),
    ...dropped.filter(({ namespace }) => namespace === bank).map(({ pod, reason }) => `${pod}: ${reason}`),
  ]
  expectIn(who.join(), 'cart-1: waiting,vault-1: not_enabled')
}

interface Seen {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

async function run(words: readonly string[], signal: AbortSignal): Promise<Seen> {
  const child = spawn(process.execPath, [launcher, ...words], { stdio: ['ignore', 'pipe', 'pipe'], signal })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [out, err, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { exitCode, out, err }
}

function expectIn(said: string, wanted: string): void {
  if (!said.includes(wanted)) throw new Error(`"${wanted}" is not in: ${said.trim().slice(0, 1_000)}`)
}
