import type { Random } from './random.ts'
import { Sidecar, type Party } from './sidecar.ts'
import { meshedNamespaces, type Workload } from './topology.ts'

/** What Kubernetes makes names of. Source: apimachinery, pkg/util/rand. */
const nameLetters = 'bcdfghjklmnpqrstvwxz2456789'

/** What owns pods, with a name as Kubernetes gives it: `bookbuyer-7d4cdc5f9b`. */
export interface Owner {
  readonly kind: 'ReplicaSet' | 'StatefulSet'
  readonly name: string
  readonly uid: string
  /** Absent for a StatefulSet. */
  readonly templateHash?: string
}

export function ownerOf({ kind, name }: Workload, random: Random): Owner {
  const uid = random.uuid()
  if (kind === 'StatefulSet') return { kind, name, uid }
  const templateHash = random.text(10, nameLetters)
  return { kind: 'ReplicaSet', name: `${name}-${templateHash}`, uid, templateHash }
}

/**
 * - `pending`: accepted, not yet running, without an address
 * - `serving`: runs and takes part in the traffic
 * - `drained`: runs, but the traffic goes past it
 * - `terminating`: is being deleted, still answers scrapes, the traffic goes past it
 */
export type Stage = 'pending' | 'serving' | 'drained' | 'terminating'

export interface Address {
  readonly host: string
  readonly port: number
}

export class Pod {
  readonly workload: Workload
  readonly owner: Owner
  readonly name: string
  readonly uid: string
  readonly proxyUuid: string
  readonly nodeName: string
  /** Wall time, milliseconds since the epoch. */
  readonly createdMs: number
  stage: Stage = 'pending'
  /** Where its page is; absent while the pod is pending. */
  address: Address | undefined
  /** Wall time at which it will be gone; absent unless it is being deleted. */
  deletionMs: number | undefined
  /** Every pod has one; nobody asks the control plane's, which takes no part in the traffic. */
  sidecar: Sidecar
  containerId: string
  /** Wall time at which the sidecar's container started. */
  startedMs: number
  restarts = 0

  constructor(
    owned: { readonly workload: Workload; readonly owner: Owner },
    random: Random,
    time: { readonly nowMs: number; readonly wallMs: number },
  ) {
    this.workload = owned.workload
    this.owner = owned.owner
    this.name = `${owned.owner.name}-${owned.owner.kind === 'StatefulSet' ? '0' : random.text(5, nameLetters)}`
    this.uid = random.uuid()
    this.proxyUuid = random.uuid()
    this.nodeName = `node-${1 + random.below(2)}`
    this.createdMs = time.wallMs
    this.sidecar = new Sidecar(owned.workload, time.nowMs)
    this.containerId = `containerd://${random.hex(64)}`
    this.startedMs = time.wallMs
  }

  get meshed(): boolean {
    return meshedNamespaces.includes(this.workload.namespace)
  }

  /**
   * What its sidecar calls itself in spans. OSM before its last versions left the namespace away, as the thief's does here. Source: openservicemesh/osm issue 5047.
   */
  get serviceName(): string {
    const { account, namespace } = this.workload
    return account === 'default' ? `${account}.` : `${account}.${namespace}`
  }

  /** The name on its sidecar's certificate. Source: openservicemesh/osm, pkg/injector, up to v1.2. */
  get nodeId(): string {
    const { account, namespace } = this.workload
    return `${this.proxyUuid}.sidecar.${account}.${namespace}.cluster.local`
  }

  get party(): Party {
    const { namespace, kind, name } = this.workload
    return { namespace, kind, name, pod: this.name }
  }

  /** The sidecar's container starts (again): another process, which has counted nothing yet. */
  start(random: Random, time: { readonly nowMs: number; readonly wallMs: number }): void {
    this.sidecar = new Sidecar(this.workload, time.nowMs)
    this.containerId = `containerd://${random.hex(64)}`
    this.startedMs = time.wallMs
  }
}
