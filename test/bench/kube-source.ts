import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { eventCatalogue, metricCatalogue } from '../../src/catalogue.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createKubernetes } from '../../src/discover/kubernetes/kubernetes.ts'
import type { Discovered } from '../../src/model/discovered.ts'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { KubeApi } from '../real/kube/api.ts'
import { patchStatusOf } from './kube-pods.ts'

// The half of `npm run bench -- kube` that is measured, in a thread of its own.

export interface KubeFigures {
  /** What discovery keeps of the cluster. */
  readonly bytes: number
  readonly firstMs: number
  /** How long each task held the thread while pods changed, rounds above all. */
  readonly tasksMs: readonly number[]
  /** From a change to the outcome that shows it. */
  readonly latenciesMs: readonly number[]
}

const { kubeconfig, pods, changes } = workerData as { readonly kubeconfig: string; readonly pods: number; readonly changes: number }
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
parentPort?.postMessage(await measure())

async function measure(): Promise<KubeFigures> {
  const tasksMs: number[] = []
  const discovery = await discoveryWith(timed(tasksMs))
  const before = heapBytes()
  let found: Discovered | undefined
  let changed = () => {}
  const beganMs = performance.now()
  await discovery.start((outcome) => {
    found = outcome
    changed()
  })
  const firstMs = performance.now() - beganMs
  await pause(1_000)
  const bytes = heapBytes() - before
  if (found?.targets.length !== pods) throw new Error(`${found?.targets.length} targets were found, not ${pods}`)

  const api = await KubeApi.from(kubeconfig)
  const latenciesMs: number[] = []
  tasksMs.length = 0
  for (const [n, { pod }] of found.targets.slice(0, changes).entries()) {
    const outcome = new Promise<void>((resolve) => (changed = resolve))
    const changedMs = performance.now()
    await api.patch(`/api/v1/namespaces/${pod?.namespace}/pods/${pod?.name}/status?fieldManager=kubelet`, patchStatusOf(n))
    await outcome
    latenciesMs.push(performance.now() - changedMs)
    await pause(300)
  }
  await api.close()
  await discovery.close()
  return { firstMs, bytes, tasksMs, latenciesMs }
}

async function discoveryWith(clock: Clock) {
  await import('../../src/discover/kubernetes/cluster.ts') // what the library weighs is no pod's
  const config = configSchema.parse({ discover: { source: 'kubernetes', kubernetes: { kubeconfig } } })
  const telemetry = createTelemetry(createLog({ level: 'error' }), metricCatalogue, eventCatalogue)
  return createKubernetes(config.discover, { clock, telemetry, baseDirectory: '/', notes: new Map(), allowLoopback: true })
}

/** A clock that notes how long each task that it was asked for held the thread. */
function timed(tasksMs: number[]): Clock {
  const after = (delayMs: number, task: () => void) =>
    systemClock.after(delayMs, () => {
      const beganMs = performance.now()
      task()
      tasksMs.push(performance.now() - beganMs)
    })
  return { ...systemClock, after }
}

function heapBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
