import type { Dropped } from '../model/discovered.ts'
import { hasSidecar, meshOf, spoken } from './keys.ts'
import type { Naming } from './naming.ts'
import type { Objects, Pod } from './objects.ts'
import type { DiscoverOptions } from './options.ts'
import { namespaceReasons } from './reasons.ts'

type MeshOptions = DiscoverOptions['mesh']

/** Meshed namespaces that nothing names, and named ones that do not exist. */
export function droppedNamespaces(objects: Objects, mesh: MeshOptions, { names, add, edit }: Naming): Dropped[] {
  const existing = new Set([...objects.namespaces, ...withoutObject(objects)].map(({ name }) => name))
  const unnamed = meshedNamespaces(objects, mesh).filter((name) => !names.includes(name))
  const unknown = names.filter((name) => !existing.has(name) && !objects.untold?.has(name))
  const others = [...existing].filter((name) => !names.includes(name))
  const entry = (reason: keyof typeof namespaceReasons) => (name: string) => ({
    namespace: name,
    reason,
    remedy: namespaceReasons[reason].remedy(name, { add, others, ...(edit !== undefined && { edit }) }),
  })
  return [...unnamed.map(entry('namespace_not_named')), ...unknown.map(entry('namespace_unknown'))]
}

/** The namespaces of the mesh, as their labels say; where a source knows only a namespace's pods, as their sidecars say. */
function meshedNamespaces(objects: Objects, { name: wanted, dialect }: MeshOptions): string[] {
  const labelled = objects.namespaces.filter((namespace) => {
    const meshName = meshOf(namespace, dialect)
    return meshName !== undefined && (wanted === 'auto' || meshName === wanted)
  })
  const injected = withoutObject(objects).filter(({ pods }) => spoken(dialect).some((one) => pods.some((pod) => hasSidecar(pod, one))))
  return [...labelled, ...injected].map(({ name }) => name)
}

/** The namespaces that only their pods tell of. */
function withoutObject({ namespaces, pods }: Objects): readonly { readonly name: string; readonly pods: readonly Pod[] }[] {
  const known = new Set(namespaces.map(({ name }) => name))
  const strays = pods.filter(({ namespace }) => !known.has(namespace))
  return [...Map.groupBy(strays, ({ namespace }) => namespace)].map(([name, group]) => ({ name, pods: group }))
}
