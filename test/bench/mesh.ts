import { addressOf, path, port } from './pages.ts'

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'bench', annotations: { 'openservicemesh.io/metrics': 'enabled' } },
}

function pod(n: number) {
  const replicaSet = `store-${n % 50}-7d4cdc5f9b`
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': path }
  const metadata = {
    name: `${replicaSet}-${n}`,
    namespace: 'bench',
    uid: `bench-${n}`,
    labels: { app: `store-${n % 50}`, 'osm-proxy-uuid': `proxy-${n}` },
    annotations,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet, uid: replicaSet, controller: true }],
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'envoy' }] },
    status: { phase: 'Running', podIP: addressOf(n) },
  }
}

/** The Kubernetes objects of that many simulated pods, as one list. */
export const meshOf = (targets: number) => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [namespace, ...Array.from({ length: targets }, (_, n) => pod(n))],
})
