import type { PodIdentity } from './target.ts'

export interface Workload {
  readonly kind: string
  readonly name: string
}

const generated = /^(?<deployment>.*)-[^-]+$/

/**
 * The workload as OSM's Prometheus job names it: a ReplicaSet is always called a Deployment, also one without a generated ending, which keeps
 * its name. Source: OSM charts/osm/templates/prometheus-configmap.yaml, job kubernetes-pods.
 */
export function podWorkload({ controller }: PodIdentity): Workload | undefined {
  if (controller?.kind !== 'ReplicaSet') return controller
  return { kind: 'Deployment', name: generated.exec(controller.name)?.groups?.deployment ?? controller.name }
}

/**
 * The workload as sidecars name it in their WASM statistics: there a ReplicaSet without a generated ending stays a ReplicaSet, and a pod without
 * controller is of no known workload. Source: OSM pkg/envoy/proxy.go, StatsHeaders.
 */
export function statsWorkload({ controller }: PodIdentity): Workload | undefined {
  if (controller?.kind !== 'ReplicaSet') return controller
  const deployment = generated.exec(controller.name)?.groups?.deployment
  return deployment === undefined ? controller : { kind: 'Deployment', name: deployment }
}
