import { z } from 'zod'
import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import { meshNameOf } from '../discover/mesh.ts'
import { type Dialect, dialects } from '../model/dialect.ts'
import type { Labels } from '../model/labels.ts'
import { Problem } from '../runtime/problem.ts'
import type { Option } from './command.ts'
import { namespaceIn } from './namespace-names.ts'

/** A control plane, as its controller's Deployment tells. */
export interface Mesh {
  readonly name: string
  readonly namespace: string
  readonly dialect: Dialect
  readonly version?: string
}

/** As `osm` has it; that one means `osm-system` without it. */
export const osmNamespaceOption: Option<string | undefined> = {
  flags: '--osm-namespace <namespace>',
  help: 'look for control planes only there, for who may not look everywhere',
  parse: namespaceIn,
}

const controllerOf = ({ controlPlane }: Dialect) => `${controlPlane}-controller`

const form = z
  .object({ metadata: z.object({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()).nullish() }) })
  .transform(({ metadata }) => ({ ...metadata, labels: metadata.labels ?? {} }))

/**
 * The meshes of a cluster: its controllers' Deployments in all namespaces, or in one.
 *
 * @throws {Problem} of `kubernetesProblems`
 */
export async function installedMeshes(
  api: ClusterApi,
  { osmNamespace, signal }: { readonly osmNamespace: string | undefined; readonly signal: AbortSignal },
): Promise<Mesh[]> {
  const path = osmNamespace === undefined ? '/apis/apps/v1/deployments' : `/apis/apps/v1/namespaces/${osmNamespace}/deployments`
  const apps = [...new Set(Object.values(dialects).map(controllerOf))].join(', ')
  const meshes: Mesh[] = []
  const take = (items: readonly unknown[], first: boolean) => {
    if (first) meshes.length = 0
    meshes.push(...items.flatMap((item) => meshIn(form.parse(item)) ?? []))
  }
  try {
    await api.list(path, take, { query: { labelSelector: `app in (${apps})` }, signal })
  } catch (error) {
    throw osmNamespace === undefined ? withNarrowerWay(error) : error
  }
  return meshes
}

function meshIn({ namespace, labels }: { readonly namespace: string; readonly labels: Labels }): Mesh | undefined {
  const dialect = Object.values(dialects).find((known) => labels.app === controllerOf(known))
  const name = meshNameOf({ labels })
  const version = labels['app.kubernetes.io/version']
  return dialect && name !== undefined ? { name, namespace, dialect, ...(version && { version }) } : undefined
}

/** Who may not read Deployments everywhere may do so where the mesh is. */
function withNarrowerWay(error: unknown): unknown {
  if (!(error instanceof Problem) || error.kind.code !== kubernetesProblems.kubernetes_forbidden.code) return error
  const remedy = `Name the namespace of the control plane: --osm-namespace osm-system. Or: ${error.kind.remedy}`
  return new Problem({ ...error.kind, remedy }, error.message, { cause: error })
}

/**
 * The dialect whose label says which mesh a namespace belongs to; of two labels, the one that names a mesh.
 *
 * @param labels of a namespace
 * @returns `mesh` is empty where the label is
 */
export function membershipOf(labels: Labels): { readonly mesh: string; readonly dialect: Dialect } | undefined {
  const found = Object.values(dialects).flatMap((dialect) => {
    const mesh = labels[`${dialect.keyPrefix}/monitored-by`]
    return mesh === undefined ? [] : [{ mesh, dialect }]
  })
  return found.find(({ mesh }) => mesh !== '') ?? found[0]
}
