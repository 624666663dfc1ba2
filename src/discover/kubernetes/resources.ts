import { z } from 'zod'
import { dialects } from '../../model/dialect.ts'
import type { ClusterNode } from '../../model/container-use.ts'
import type { MeshConfig } from '../../model/discovered.ts'
import type { Labels } from '../../model/labels.ts'
import { type ConfigMap, configMapForm, type Namespace, namespaceForm, nodeForm, type Pod, podForm } from '../objects.ts'

/** One kind of objects: how it is read, stripped to what discovery reads. */
export interface Resource<T> {
  /** As people and RBAC call it: `pods`. */
  readonly name: string
  /** Strips an object as the server sends it. */
  readonly form: z.ZodType<T>
  /** Every API server knows this kind: whoever says otherwise is something before it, and says nothing of the objects. */
  readonly isBuiltIn: boolean
}

/** That there is an object of a name says all. */
interface Named {
  readonly name: string
}

const text = z.string().optional().catch(undefined)

const meshConfigForm = z
  .object({
    spec: z
      .object({
        observability: z
          .object({
            tracing: z
              .object({ enable: z.boolean().default(false), address: text, port: z.number().optional(), endpoint: text })
              .prefault({})
              .catch({ enable: false, address: undefined, endpoint: undefined }),
          })
          .prefault({}),
        featureFlags: z.object({ enableWASMStats: z.boolean().optional() }).prefault({}),
      })
      .prefault({}),
  })
  .transform(({ spec: { observability, featureFlags } }): MeshConfig => {
    const { enable: enabled, address, port, endpoint } = observability.tracing
    const { enableWASMStats: wasmStats } = featureFlags
    return {
      tracing: { enabled, ...(address && { address }), ...(port && { port }), ...(endpoint && { endpoint }) },
      ...(wasmStats !== undefined && { wasmStats }),
    }
  })

export const namespaces: Resource<Namespace> = { name: 'namespaces', form: namespaceForm.transform(trimmed), isBuiltIn: true }
export const pods: Resource<Pod> = { name: 'pods', form: podForm.transform(trimmed), isBuiltIn: true }
export const nodes: Resource<ClusterNode> = { name: 'nodes', form: nodeForm, isBuiltIn: true }
export const configMaps: Resource<ConfigMap> = { name: 'configmaps', form: configMapForm, isBuiltIn: true }
export const meshConfigs: Resource<MeshConfig> = { name: 'meshconfigs', form: meshConfigForm, isBuiltIn: false }
export const daemonSets: Resource<Named> = {
  name: 'daemonsets',
  form: z.object({ metadata: z.object({ name: z.string() }) }).transform(({ metadata }) => metadata),
  isBuiltIn: true,
}

export const paths = {
  namespaces: '/api/v1/namespaces',
  namespace: (name: string) => `/api/v1/namespaces/${name}`,
  pods: '/api/v1/pods',
  nodes: '/api/v1/nodes',
  podsIn: (namespace: string) => `/api/v1/namespaces/${namespace}/pods`,
  configMapsIn: (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`,
  daemonSetsIn: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/daemonsets`,
  /** Newest version first; OSM before v1.2 has only the older one. Source: openservicemesh/osm pkg/apis/config. */
  meshConfigsIn: (namespace: string) =>
    ['v1alpha2', 'v1alpha1'].map((version) => `/apis/config.openservicemesh.io/${version}/namespaces/${namespace}/meshconfigs`),
}

/** Asks for the one object of a list: RBAC lets it through with a rule for that name alone. */
export const onlyNamed = (name: string) => ({ fieldSelector: `metadata.name=${name}` })

const words = Object.values(dialects)
const prefixes = ['prometheus.io/', 'app.kubernetes.io/', ...words.map(({ keyPrefix }) => `${keyPrefix}/`)]
const keys = new Set<string>(['app', 'meshName', ...words.map(({ proxyLabel }) => proxyLabel)])

/** Without the labels and annotations that nobody here reads: what `kubectl apply` remembers can be as large as the object. */
function trimmed<T extends { readonly labels: Labels; readonly annotations: Labels }>(object: T): T {
  return { ...object, labels: wanted(object.labels), annotations: wanted(object.annotations) }
}

function wanted(texts: Labels): Labels {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => keys.has(key) || prefixes.some((prefix) => key.startsWith(prefix))))
}
