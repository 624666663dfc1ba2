import type { DialectName } from './dialect.ts'
import type { Labels } from './labels.ts'

/** The facts of a pod that names are made of. */
export interface PodIdentity {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** The pod's label `app`, which OSM shows as the service. */
  readonly app?: string
  /** The owner reference with `controller: true`, as written: `{ kind: 'ReplicaSet', name: 'bookstore-v1-5c8f7d9c6d' }`. */
  readonly controller?: { readonly kind: string; readonly name: string }
  /** Whom the pod acts as; absent where its source does not say. */
  readonly serviceAccount?: string
  /** That nobody else has: none of a pod in its node's network, or of one that has ended. */
  readonly addresses?: readonly string[]
  /** The injector gave it one, of whatever mesh. */
  readonly hasSidecar?: true
}

/** Who is scraped. Discovery makes a new object when anything here changes; the same target keeps its `id`. */
export interface Target {
  /** The pod's UID and the port, `0f3c…:15010`, or a plain endpoint's address: identity never comes from labels that relabelling may change. */
  readonly id: string
  readonly url: URL
  readonly kind: 'sidecar' | 'control-plane'
  readonly dialect: DialectName
  /** Present for pods; a plain endpoint has only `labels`. */
  readonly pod?: PodIdentity
  /** Labels that the source gives outright (file_sd); none for pods, whose labels relabelling derives. */
  readonly labels: Labels
  readonly node?: string
  /**
   * Discovery saw this process begin, so all that its first page shows happened under our eyes; otherwise the first page is a baseline.
   * Decided by the order of events, not by comparing the kubelet's clock with ours.
   */
  readonly bornWatched: boolean
  /** The sidecar's container id. Another id is another process, whose counters began at zero. */
  readonly process?: string
  /** Why the container that is scraped does not run, as Kubernetes calls it: `CrashLoopBackOff`. Absent while it runs. */
  readonly waiting?: string
  /** The pod is being deleted: it is read at once and then every second until it is gone. */
  readonly terminating: boolean
}

/**
 * Where a pod is asked when its annotations do not say. The injector writes both for sidecars; control-plane pods carry no path.
 * Source: openservicemesh/osm pkg/injector/patch.go, charts/osm/templates.
 */
export const defaultEndpoints = {
  sidecar: { port: '15010', path: '/stats/prometheus' },
  'control-plane': { port: '9091', path: '/metrics' },
} as const
