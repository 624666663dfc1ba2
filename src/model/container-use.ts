import type { Notice } from './pace.ts'

/** What is read of cAdvisor's page: what OSM's job `kubernetes-cadvisor` keeps. Source: openservicemesh/osm charts/osm/templates/prometheus-configmap.yaml. */
export const containerFamilies = { container_cpu_usage_seconds_total: 'counter', container_memory_rss: 'gauge' } as const
export type ContainerFamily = keyof typeof containerFamilies

/** What one container uses, as the cAdvisor of its node measured it. */
export interface ContainerSample {
  readonly family: ContainerFamily
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** As printed: seconds of CPU since the container began, or bytes. */
  readonly value: number
  /** When it was measured, by the node's clock: cAdvisor does so every ten to fifteen seconds, whoever asks. Milliseconds since the epoch. */
  readonly timestampMs: number
}

/** A sample, and the name of the node that told it. */
export interface NodeSample extends ContainerSample {
  readonly node: string
}

/** A node of the cluster, and where its kubelet listens. */
export interface ClusterNode {
  readonly name: string
  /** Its address of the type InternalIP; absent where it has none. */
  readonly address?: string
  readonly kubeletPort: number
}

/** One complete answer of a node, before anyone looked into it. */
export interface NodePage {
  /** The node's name. */
  readonly node: string
  /** Wall time of the request, for samples that bring no time of their own; milliseconds since the epoch. */
  readonly readMs: number
  /** Good only during the call. */
  readonly body: Buffer
}

/** How reading a node goes. */
export interface NodeHealth {
  /** `waiting`: not asked yet; `failing`: the last try failed, for the first time; `stale`: twice in a row or more, and what was read before is not shown any more. */
  readonly state: 'waiting' | 'up' | 'failing' | 'stale'
  readonly failures: number
  /** Samples of pods that are scraped, on the last good page. */
  readonly samples?: number
  readonly error?: Notice
}
