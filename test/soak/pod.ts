import { randomUUID } from 'node:crypto'
import type { Address } from '../../src/demo/pod.ts'

/** A pod that comes and goes. */
export interface ChurningPod {
  readonly name: string
  readonly bornMs: number
  readonly workload: { readonly kind: 'Deployment' | 'Job'; readonly name: string }
  /** Whom it calls; they may be gone before it. */
  readonly calls: readonly ChurningPod[]
  /** @param deletion when it will be gone, if it is being deleted */
  object(address: Address, deletion: string | undefined): object
}

const deployments = 10
/** One in so many pods is of a Job, whose name nobody has ever again. */
const jobEvery = 10
/** So many pods come before every Deployment has had a new ReplicaSet. */
const rolloutEvery = 500

export function podNumber(
  n: number,
  { nowMs: bornMs, calls }: { readonly nowMs: number; readonly calls: readonly ChurningPod[] },
): ChurningPod {
  const isJob = n % jobEvery === 0
  const workload = isJob
    ? { kind: 'Job' as const, name: `nightly-report-${n}` }
    : { kind: 'Deployment' as const, name: `shop-v${n % deployments}` }
  const controller = isJob ? workload : { kind: 'ReplicaSet', name: `${workload.name}-${hash(Math.floor(n / rolloutEvery), 10)}` }
  const name = `${controller.name}-${hash(n, 5)}`
  const metadata = {
    name,
    namespace: 'soak-churn',
    uid: randomUUID(),
    creationTimestamp: new Date(bornMs).toISOString(),
    labels: { app: workload.name, 'osm-proxy-uuid': randomUUID() },
    ownerReferences: [{ apiVersion: isJob ? 'batch/v1' : 'apps/v1', ...controller, uid: controller.name, controller: true }],
  }
  const object = ({ host, port }: Address, deletion: string | undefined) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': '/stats/prometheus' },
      ...(deletion !== undefined && { deletionTimestamp: deletion }),
    },
    spec: { containers: [{ name: 'envoy' }] },
    status: { phase: 'Running', podIP: host },
  })
  return { name, bornMs, workload, calls: calls.map((called) => ({ ...called, calls: [] })), object }
}

/** Like the endings that Kubernetes generates. */
const hash = (n: number, length: number): string => n.toString(36).padStart(length, 'x')
