import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Pod, type PodName, pods, ports } from './mesh.ts'

/** What a pod's manifest shows beside the topology; Kubernetes changes these in the course of a pod's life. */
export interface Life {
  /** Counts the sidecar's processes, from 1: each has a container id of its own. */
  readonly process: number
  readonly deletedAt?: Date
}

/** A folder of Kubernetes objects as the API server would show them, which the collector follows. */
export class Manifests {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The namespaces, and the ConfigMap that names them. */
  async writeMesh(): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const names = [...new Set(Object.values(pods).map(({ namespace }) => namespace))]
    const labels = { 'openservicemesh.io/monitored-by': 'osm' }
    const annotations = { 'openservicemesh.io/metrics': 'enabled', 'openservicemesh.io/sidecar-injection': 'enabled' }
    const namespaces = names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } }))
    await this.#write('mesh', { apiVersion: 'v1', kind: 'List', items: [...namespaces, configMap(names)] })
  }

  async writePod(name: PodName, life: Life): Promise<void> {
    await this.#write(name, podObject(pods[name], life))
  }

  async removePod(name: PodName): Promise<void> {
    await rm(join(this.folder, `${name}.json`))
  }

  /** In one step, as a reader must never see half a file. */
  async #write(name: string, object: unknown): Promise<void> {
    const path = join(this.folder, `${name}.json`)
    await writeFile(`${path}.new`, JSON.stringify(object, null, 2))
    await rename(`${path}.new`, path)
  }
}

function configMap(namespaces: readonly string[]) {
  const collection = `[osm_metric_collection_configuration.settings]\n    monitor_namespaces = ${JSON.stringify(namespaces)}\n`
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'container-azm-ms-osmconfig', namespace: 'kube-system' },
    data: { 'schema-version': 'v1', 'config-version': 'ver1', 'osm-metric-collection-configuration': collection },
  }
}

function podObject(pod: Pod, { process, deletedAt }: Life) {
  const replicaSet = `${pod.name}-7d4cdc5f9b`
  const startedAt = new Date().toISOString()
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${replicaSet}-kx2wp`,
      namespace: pod.namespace,
      uid: `3f1c9a52-0000-4000-8000-${pod.ip
        .split('.')
        .map((part) => part.padStart(3, '0'))
        .join('')}`,
      labels: {
        app: pod.name,
        'osm-proxy-uuid': `9c2b7e10-0000-4000-8000-${pod.ip
          .split('.')
          .map((part) => part.padStart(3, '0'))
          .join('')}`,
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(ports.metrics),
        'prometheus.io/path': '/stats/prometheus',
      },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet, uid: `${pod.name}-replica-set`, controller: true }],
      ...(deletedAt && { deletionTimestamp: deletedAt.toISOString(), deletionGracePeriodSeconds: 30 }),
    },
    spec: { nodeName: 'node-1', containers: [{ name: pod.name }, { name: 'envoy' }] },
    status: {
      phase: 'Running',
      podIP: pod.ip,
      startTime: startedAt,
      containerStatuses: [
        {
          name: 'envoy',
          ready: true,
          restartCount: process - 1,
          containerID: `containerd://${pod.name}-envoy-${process}`,
          state: { running: { startedAt } },
        },
      ],
    },
  }
}
