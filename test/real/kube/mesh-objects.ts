import type { KubeObject } from './api.ts'

/** A pod as a test makes it up; the API server adds the rest, its UID above all. */
export interface MadePod {
  readonly namespace: string
  readonly name: string
  /** The label `app`, and the name of its Deployment. */
  readonly app: string
  /** A loopback address, which somebody must answer on. */
  readonly ip: string
  readonly port: number
  readonly path: string
  /** Whether the annotations say that it is to be scraped, as `metrics enable` writes them. */
  readonly enabled?: boolean
}

export const scrapeAnnotations = ({ port, path }: Pick<MadePod, 'port' | 'path'>) => ({
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': String(port),
  'prometheus.io/path': path,
})

export const namespaceObject = (name: string, options: { readonly enabled?: boolean } = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: { 'openservicemesh.io/monitored-by': 'osm' },
    annotations: { 'openservicemesh.io/sidecar-injection': 'enabled', ...(options.enabled && { 'openservicemesh.io/metrics': 'enabled' }) },
  },
})

/** A meshed pod that runs, with what the scheduler and the kubelet would have written. */
export function podObject(pod: MadePod): KubeObject {
  const { namespace, name, app, ip, port, path, enabled = true } = pod
  const startedAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const container = (container: string) => ({
    name: container,
    image: `example/${container}:v1`,
    imageID: `example/${container}@sha256:${'0'.repeat(64)}`,
    ready: true,
    started: true,
    restartCount: 0,
    containerID: `containerd://${namespace}-${name}-${container}`,
    state: { running: { startedAt } },
  })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { app, 'osm-proxy-uuid': proxyUuid(name) },
      ...(enabled && { annotations: scrapeAnnotations({ port, path }) }),
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-7d4cdc5f9b`, uid: `${app}-replica-set`, controller: true },
      ],
    },
    spec: { nodeName: 'node-1', containers: [app, 'envoy'].map((each) => ({ name: each, image: `example/${each}:v1` })) },
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      startTime: startedAt,
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True' })),
      containerStatuses: [container(app), container('envoy')],
    },
  }
}

/** The ConfigMap that names the namespaces to scrape. */
export const configMapObject = (namespaces: readonly string[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'container-azm-ms-osmconfig', namespace: 'kube-system' },
  data: {
    'schema-version': 'v1',
    'config-version': 'ver1',
    'osm-metric-collection-configuration': `[osm_metric_collection_configuration.settings]\n    monitor_namespaces = ${JSON.stringify(namespaces)}\n`,
  },
})

/** The Deployment by which `osm` and its successors know that a mesh is installed. */
export function controllerObjects(meshName: string, namespace: string): readonly KubeObject[] {
  const labels = { app: 'osm-controller', meshName, 'app.kubernetes.io/name': 'openservicemesh.io', 'app.kubernetes.io/version': 'v1.2.4' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'osm-controller', image: 'example/osm-controller:v1.2.4' }] } }
  const spec = { replicas: 1, selector: { matchLabels: { app: 'osm-controller' } }, template }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'osm-controller', namespace, labels }, spec },
  ]
}

/** Looks like a UUID; pods of one name have the same. */
const proxyUuid = (name: string): string => `9c2b7e10-0000-4000-8000-${Buffer.from(name).toString('hex').slice(-12).padStart(12, '0')}`
