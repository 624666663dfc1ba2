import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import Table from 'cli-table3'
import { buildKubeServer } from '../real/kube/build.ts'
import { configMapObject, namespaceObject } from '../real/kube/mesh-objects.ts'
import { KubeServer } from '../real/kube/server.ts'
import { fullPod } from './kube-pods.ts'
import type { KubeFigures } from './kube-source.ts'

// usage: npm run bench -- kube [--pods 5000]
// What discovery from a real API server keeps per pod, how long its first round takes, and what a round costs afterwards when one pod changes.

const { values } = parseArgs({ options: { pods: { type: 'string', default: '5000' } }, allowPositionals: true })
const pods = Number(values.pods)
const podsPerNamespace = 200
const changes = 40
const atOnce = 24
const namespaces = Array.from({ length: Math.ceil(pods / podsPerNamespace) }, (_, n) => `shop-${n}`)

const built = await buildKubeServer({ log: console.log, signal: AbortSignal.timeout(900_000) })
if ('why' in built) {
  console.log(`not run: ${built.why}`)
  process.exit(0)
}
const folder = await mkdtemp(join(tmpdir(), 'mesh-telemetry-kube-'))
try {
  await using server = await KubeServer.start({ executable: built.path, folder })
  await fill(server)
  print(await sizes(server), await measure(server.kubeconfig))
} finally {
  await rm(folder, { recursive: true })
}

async function fill({ api }: KubeServer): Promise<void> {
  await api.apply(...namespaces.map((name) => namespaceObject(name, { enabled: true })), configMapObject(namespaces))
  const numbers = Array.from({ length: pods }, (_, n) => n).values()
  const worker = async () => {
    for (const n of numbers) {
      const { status, ...pod } = fullPod(n, namespaceOf(n))
      const path = `/api/v1/namespaces/${namespaceOf(n)}/pods`
      await api.create(`${path}?fieldManager=kube-controller-manager`, pod)
      await api.patch(`${path}/${pod.metadata.name}/status?fieldManager=kubelet`, { status })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** As the API server sends them. */
async function sizes({ api }: KubeServer) {
  const { items } = await api.get<{ readonly items: readonly { readonly metadata: { readonly managedFields?: unknown } }[] }>(
    '/api/v1/pods?limit=500',
  )
  const bytes = (of: readonly unknown[]) => of.reduce<number>((sum, one) => sum + JSON.stringify(one ?? '').length, 0) / items.length
  return { sent: bytes(items), managed: bytes(items.map(({ metadata }) => metadata.managedFields)) }
}

/** In a thread of its own, whose memory holds nothing else. */
async function measure(kubeconfig: string): Promise<KubeFigures> {
  const worker = new Worker(new URL('./kube-source.ts', import.meta.url), { workerData: { kubeconfig, pods, changes } })
  const [figures] = (await once(worker, 'message')) as [KubeFigures]
  return figures
}

function print(
  { sent, managed }: Awaited<ReturnType<typeof sizes>>,
  { firstMs, bytes, tasksMs, latenciesMs }: Awaited<ReturnType<typeof measure>>,
): void {
  const longest = tasksMs.toSorted((a, b) => b - a).slice(0, changes) // the rest are no rounds but glances at the watches
  const table = new Table({ style: { head: [], border: [], compact: true } })
  table.push(
    ['pods, all of them targets', String(pods)],
    ['bytes per pod as sent, of them managedFields', `${sent.toFixed(0)}, ${managed.toFixed(0)}`],
    ['bytes per pod that discovery keeps', (bytes / pods).toFixed(0)],
    ['MB in all', (bytes / 1e6).toFixed(1)],
    ['ms to the first complete round', firstMs.toFixed(0)],
    ['ms per round when one pod changes, p50 and longest', `${at(0.5, longest)}, ${at(1, longest)}`],
    ['ms from a change to its outcome, p50 and longest', `${at(0.5, latenciesMs)}, ${at(1, latenciesMs)}`],
  )
  console.log(table.toString())
}

function namespaceOf(n: number): string {
  return namespaces[n % namespaces.length] ?? ''
}

function at(share: number, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1)
}
