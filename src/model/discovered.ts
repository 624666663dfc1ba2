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

/** The outcome of one round of discovery: always the full set, never a difference; only `notes` are one. */
export interface Discovered {
  readonly targets: readonly Target[]
  readonly dropped: readonly Dropped[]
  /** All pods of the cluster that the source knows, scraped or not: names are restored from them. */
  readonly pods: readonly PodIdentity[]
  /** Ids of targets that are not scraped now although their pod still exists in a named namespace: counting remembers their last values. */
  readonly paused: ReadonlySet<Target['id']>
  /** In the words of the status page: "the ConfigMap kube-system/container-azm-ms-osmconfig names bookbuyer, bookstore". */
  readonly rule: string
  /** The namespaces that are named, sorted. */
  readonly namespaces: readonly string[]
  readonly meshName?: string
  readonly problems: readonly InputProblem[]
  /** For the discovery of the next run: what is to be written since the outcome before. They hold as soon as this outcome does. */
  readonly notes: NoteChanges
}
