import type { ClusterNode } from './container-use.ts'
import type { NoteChanges } from './record.ts'
import type { PodIdentity, Target } from './target.ts'

/** A namespace or pod that is not scraped, the one reason, and what to type to mend it. */
export interface Dropped {
  readonly namespace: string
  /** Absent when the whole namespace is meant. */
  readonly pod?: string
  /** The pod's UID, where a pod is meant. */
  readonly uid?: string
  readonly reason: string
  readonly remedy: string
}

/** What is wrong with an input that discovery follows; the last good state of that input stays in force. */
export interface InputProblem {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly file?: string
  readonly line?: number
}

/** How one kind of objects that discovery follows over a network is heard. */
export interface Hearing {
  /** `pods`, as the API server calls it. */
  readonly resource: string
  /** Absent where it is followed in all namespaces. */
  readonly namespace?: string
  /**
   * `starting` until the first try is over; `retrying` while nothing can be heard; `refused` where a right is missing; `absent` where the server does not
   * know such objects. What was heard last holds meanwhile.
   */
  readonly state: 'starting' | 'following' | 'retrying' | 'refused' | 'absent'
  /** When data came last, wall time; absent before the first. */
  readonly lastHeardMs?: number
  readonly problem?: InputProblem
  /** Discovery does without it: what may or may not exist, or only says more. */
  readonly isOptional?: true
}

/** What the mesh's own configuration says of its telemetry; what it leaves out is absent. */
export interface MeshConfig {
  /** Where sidecars send their spans. */
  readonly tracing: {
    readonly enabled: boolean
    readonly address?: string
    readonly port?: number
    readonly endpoint?: string
  }
  /** Whether sidecars print the statistics per pair of pods. */
  readonly wasmStats?: boolean
}

/** A pod of the mesh's control plane. */
export interface ControlPlanePod {
  readonly namespace: string
  readonly pod: string
  /** Its part: `osm-controller`, `osm-injector`, `osm-bootstrap`. */
  readonly app: string
  /**
   * The pod's phase, or what keeps a container of it from running: `Running`, `CrashLoopBackOff`; `Starting` and `NotReady` where one runs and is not ready,
   * for the first time or after one that ended.
   */
  readonly state: string
}

/** The outcome of one round of discovery: always the full set, never a difference; only `notes` are one. */
export interface Discovered {
  readonly targets: readonly Target[]
  readonly dropped: readonly Dropped[]
  /** All pods of the cluster that the source knows, scraped or not: names are restored from them. */
  readonly pods: readonly PodIdentity[]
  /** The nodes of the cluster, by name; absent where none is asked for or known. */
  readonly nodes?: readonly ClusterNode[]
  /** Ids of targets that are not scraped now although their pod still exists in a named namespace: counting remembers their last values. */
  readonly paused: ReadonlySet<Target['id']>
  /** In the words of the status page: "the ConfigMap kube-system/container-azm-ms-osmconfig names bookbuyer, bookstore". */
  readonly rule: string
  /** The namespaces that are named, sorted. */
  readonly namespaces: readonly string[]
  readonly meshName?: string
  /** Absent where none was found or may be read. */
  readonly meshConfig?: MeshConfig
  /** Absent where no pod of it was found or may be read. */
  readonly controlPlane?: readonly ControlPlanePod[]
  readonly problems: readonly InputProblem[]
  /** For the discovery of the next run: what is to be written since the outcome before. They hold as soon as this outcome does. */
  readonly notes: NoteChanges
}
