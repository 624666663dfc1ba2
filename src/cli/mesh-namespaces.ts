import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { type Namespace, namespaceForm } from '../discover/objects.ts'
import type { Dialect } from '../model/dialect.ts'
import { membershipOf } from './meshes.ts'

/** A namespace that is labelled for a mesh. */
export interface MeshNamespace extends Namespace {
  readonly mesh: string
  readonly dialect: Dialect
}

/** The namespaces that are labelled for a mesh, whether it is there or not, by name. @throws {Problem} of `kubernetesProblems` */
export async function meshNamespaces(api: ClusterApi, signal: AbortSignal): Promise<MeshNamespace[]> {
  const found: MeshNamespace[] = []
  const take = (items: readonly unknown[], first: boolean) => {
    if (first) found.length = 0
    for (const item of items) {
      const namespace = namespaceForm.parse(item)
      const membership = membershipOf(namespace.labels)
      if (membership) found.push({ ...namespace, ...membership })
    }
  }
  await api.list('/api/v1/namespaces', take, { signal })
  return found
}
