import { configMapObject, namespaceObject, podObject } from './mesh-objects.ts'
import type { PagePods } from './page-pods.ts'

/** Where the control plane is. */
export const home = 'osm-system'
/** Whom the ConfigMap names. */
export const scraped = ['bookbuyer', 'bookstore', 'bookwarehouse']

/** A cluster with a mesh of which everything can be read: a pod per namespace and one of the control plane, each scraped, the mesh's configuration and Azure's agent. */
export async function worldOf(pods: PagePods) {
  const meshed = await Promise.all(scraped.map((name) => pods.add(name, name)))
  const controller = podObject(await pods.add(home, 'osm-controller'))
  const labels = { app: 'osm-controller', meshName: 'osm' }
  const agent = { labels: { component: 'ama-logs' } }
  return [
    ...scraped.map((name) => namespaceObject(name)),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } },
    ...meshed.map(podObject),
    { ...controller, metadata: { ...controller.metadata, labels } },
    configMapObject(scraped),
    {
      apiVersion: 'config.openservicemesh.io/v1alpha1',
      kind: 'MeshConfig',
      metadata: { name: 'osm-mesh-config', namespace: home },
      spec: { observability: { tracing: { enable: false } }, featureFlags: { enableWASMStats: true } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'ama-logs', namespace: 'kube-system' },
      spec: {
        selector: { matchLabels: agent.labels },
        template: { metadata: agent, spec: { containers: [{ name: 'ama-logs', image: 'example/ama-logs:v1' }] } },
      },
    },
  ]
}

/** As OSM before v1.2 has it; what it may say is left open. */
export const meshConfigKind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'meshconfigs.config.openservicemesh.io' },
  spec: {
    group: 'config.openservicemesh.io',
    scope: 'Namespaced',
    names: { kind: 'MeshConfig', plural: 'meshconfigs', singular: 'meshconfig', listKind: 'MeshConfigList' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}
