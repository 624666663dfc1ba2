import { dialects } from '../model/dialect.ts'
import type { Dropped } from '../model/discovered.ts'
import { hasSidecar, meshOf, spoken, toolOf } from './keys.ts'
import type { Naming } from './naming.ts'
import type { Objects, Pod } from './objects.ts'
import type { DiscoverOptions } from './options.ts'
import { namespaceReasons } from './reasons.ts'

type MeshOptions = DiscoverOptions['mesh']

/** Meshed namespaces that nothing names, and named ones that do not exist. */
export function droppedNamespaces(objects: Objects, mesh: MeshOptions, { names, edit }: Naming): Dropped[] {
  const existing = new Set([...objects.namespaces, ...withoutObject(objects)].map(({ name }) => name))
  const unnamed = meshedNamespaces(objects, mesh).filter(({ name }) => !names.includes(name))
  const unknown = names.filter((name) => !existing.has(name)).map((name) => ({ name, tool: dialects.osm.controlPlane }))
  const entry =
    (reason: keyof typeof namespaceReasons) =>
    ({ name, tool }: Meshed) => ({
      namespace: name,
      reason,
      remedy: namespaceReasons[reason].remedy(name, { edit, tool }),
    })
  return [...unnamed.map(entry('namespace_not_named')), ...unknown.map(entry('namespace_unknown'))]
}

interface Meshed {
  readonly name: string
  /** The command line tool of its mesh. */
  readonly tool: string
}

/** The namespaces of the mesh, as their labels say; where a source knows only a namespace's pods, as their sidecars say. */
function meshedNamespaces(objects: Objects, { name: wanted, dialect }: MeshOptions): Meshed[] {
  const labelled = objects.namespaces.filter((namespace) => {
    const meshName = meshOf(namespace, dialect)
    return meshName !== undefined && (wanted === 'auto' || meshName === wanted)
  })
  const injected = withoutObject(objects).flatMap(({ name, pods }) => {
    const known = spoken(dialect).find((one) => pods.some((pod) => hasSidecar(pod, one)))
    return known ? [{ name, tool: known.controlPlane }] : []
  })
  return [...labelled.map(({ name, labels }) => ({ name, tool: toolOf(labels, 'monitored-by', dialect) })), ...injected]
}

/** The namespaces that only their pods tell of. */
function withoutObject({ namespaces, pods }: Objects): readonly { readonly name: string; readonly pods: readonly Pod[] }[] {
  const known = new Set(namespaces.map(({ name }) => name))
  const strays = pods.filter(({ namespace }) => !known.has(namespace))
  return [...Map.groupBy(strays, ({ namespace }) => namespace)].map(([name, group]) => ({ name, pods: group }))
}
