import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Pod } from './pod.ts'
import { meshedNamespaces } from './topology.ts'

/** Writes the cluster's namespaces: all in the mesh, all with metrics on. */
export async function writeNamespaces(folder: string): Promise<void> {
  const namespaces = meshedNamespaces.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { 'kubernetes.io/metadata.name': name, 'openservicemesh.io/monitored-by': 'osm' },
      annotations: { 'openservicemesh.io/metrics': 'enabled', 'openservicemesh.io/sidecar-injection': 'enabled' },
    },
  }))
  await replace(folder, 'namespaces.yaml', namespaces)
}

/** Writes all pods as they are now; whoever follows the file sees the old text or the new one, never half of it. */
export async function writePods(folder: string, pods: readonly Pod[]): Promise<void> {
  await replace(folder, 'pods.yaml', pods.map(podObject))
}

async function replace(folder: string, file: string, objects: readonly object[]): Promise<void> {
  const half = join(folder, `.${file}.new`)
  await writeFile(half, objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'))
  await rename(half, join(folder, file))
}

const time = (wallMs: number): string => new Date(wallMs).toISOString().replace(/\.\d+Z$/, 'Z')

function podObject(pod: Pod): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: metadata(pod), spec: spec(pod), status: status(pod) }
}

function metadata(pod: Pod): object {
  const { name, uid, createdMs, deletionMs, owner, workload } = pod
  return {
    name,
    namespace: workload.namespace,
    uid,
    creationTimestamp: time(createdMs),
    ...(deletionMs !== undefined && { deletionTimestamp: time(deletionMs), deletionGracePeriodSeconds: 3 }),
    labels: { app: workload.name, ...(owner.templateHash && { 'pod-template-hash': owner.templateHash }), ...meshLabels(pod) },
    annotations: annotations(pod),
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: owner.kind, name: owner.name, uid: owner.uid, controller: true, blockOwnerDeletion: true },
    ],
  }
}

const meshLabels = (pod: Pod): object =>
  pod.meshed ? { 'osm-proxy-uuid': pod.proxyUuid } : { meshName: 'osm', 'app.kubernetes.io/version': 'v1.2.4' }

/** The mesh writes port and path into every sidecar's pod; the control plane's has no path, which means `/metrics`. */
function annotations({ meshed, address, workload }: Pod): object {
  const port = String(address?.port ?? (meshed ? 15010 : workload.port))
  return { 'prometheus.io/scrape': 'true', 'prometheus.io/port': port, ...(meshed && { 'prometheus.io/path': '/stats/prometheus' }) }
}

function spec({ meshed, nodeName, workload }: Pod): object {
  const own = { name: workload.name, image: `openservicemesh/${workload.name}:v1.2.4`, ports: [{ containerPort: workload.port }] }
  const sidecar = { name: 'envoy', image: 'envoyproxy/envoy-distroless:v1.22.2', ports: [{ name: 'proxy-metrics', containerPort: 15010 }] }
  return { nodeName, serviceAccountName: workload.account, containers: meshed ? [own, sidecar] : [own] }
}

function status(pod: Pod): object {
  const { address, createdMs, meshed, startedMs, workload } = pod
  if (!address) return { phase: 'Pending', startTime: time(createdMs) }
  const running = (name: string, startedAtMs: number, restartCount: number) => ({
    name,
    ready: true,
    started: true,
    restartCount,
    containerID: containerId(pod, name),
    state: { running: { startedAt: time(startedAtMs) } },
  })
  return {
    phase: 'Running',
    podIP: address.host,
    podIPs: [{ ip: address.host }],
    startTime: time(createdMs),
    conditions: [{ type: 'Ready', status: pod.stage === 'terminating' ? 'False' : 'True' }],
    containerStatuses: [running(workload.name, createdMs, 0), ...(meshed ? [running('envoy', startedMs, pod.restarts)] : [])],
  }
}

/** Only the sidecar's container restarts here; the other one keeps an id that follows from the pod. */
const containerId = (pod: Pod, container: string): string =>
  container === 'envoy' ? pod.containerId : `containerd://${pod.uid.replaceAll('-', '').repeat(2)}`
