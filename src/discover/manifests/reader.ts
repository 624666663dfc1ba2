import { z } from 'zod'
import type { ClusterNode } from '../../model/container-use.ts'
import { type Place, Problem } from '../../runtime/problem.ts'
import { type Path, readDocuments, type TextDocument } from '../files/documents.ts'
import { type ConfigMap, configMapForm, type Namespace, namespaceForm, nodeForm, type Pod, podForm } from '../objects.ts'
import { discoverProblems } from '../problems.ts'

/** The objects of one file, in its order. */
export interface Manifest {
  readonly namespaces: readonly Namespace[]
  readonly pods: readonly Pod[]
  readonly configMaps: readonly ConfigMap[]
  readonly nodes: readonly (ClusterNode & { readonly place: Place })[]
}

/** A Kubernetes object or list, before it is known what it holds. */
const envelope = z.object({
  apiVersion: z.string().default('v1'),
  kind: z.string().min(1),
  items: z.array(z.unknown()).nullish(),
})

/** One object of a document and where it stands there. */
interface Found {
  readonly object: unknown
  readonly path: Path
  readonly document: TextDocument
  readonly file: string
}

/**
 * Reads the namespaces, pods, ConfigMaps and nodes of a file of Kubernetes objects: several documents, lists, other kinds between them (ignored).
 *
 * @throws Problem `file_malformed`, `file_empty` or `object_invalid`, with file and line: then nothing of the file is used
 */
export function readManifest(text: string, file: string): Manifest {
  const manifest = { namespaces: [] as Namespace[], pods: [] as Pod[], configMaps: [] as ConfigMap[], nodes: [] as Written['nodes'] }
  for (const document of readDocuments(text, file)) {
    if (document.value === null || document.value === undefined) continue // an empty document between two ---
    addObject({ object: document.value, path: [], document, file }, manifest)
  }
  return manifest
}

type Written = { -readonly [Kind in keyof Manifest]: Manifest[Kind][number][] }

function addObject(found: Found, manifest: Written, assumedKind?: string): void {
  const object = assumedKind !== undefined && isRecord(found.object) ? { kind: assumedKind, ...found.object } : found.object
  const { apiVersion, kind, items } = read(envelope, { ...found, object }, 'object')
  if (apiVersion !== 'v1') return
  switch (kind) {
    case 'Namespace':
      manifest.namespaces.push({ ...read(namespaceForm, found, kind), place: found.document.placeOf(found.path) })
      break
    case 'Pod':
      manifest.pods.push({ ...read(podForm, found, kind), place: found.document.placeOf(found.path) })
      break
    case 'ConfigMap': {
      const configMap = read(configMapForm, found, kind)
      manifest.configMaps.push({ ...configMap, place: found.document.placeOf(found.path), dataLines: dataLines(configMap, found) })
      break
    }
    case 'Node':
      manifest.nodes.push({ ...read(nodeForm, found, kind), place: found.document.placeOf(found.path) })
      break
    default:
      // The items of a typed list, a PodList, leave out their kind.
      if (!kind.endsWith('List')) return
      for (const [index, item] of (items ?? []).entries())
        addObject({ ...found, object: item, path: [...found.path, 'items', index] }, manifest, kind.slice(0, -'List'.length) || undefined)
  }
}

function read<T>(form: z.ZodType<T>, { object, path, document, file }: Found, kind: string): T {
  const result = form.safeParse(object)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const inside = issue?.path ?? []
  const title = ['The', kind, ...nameOf(object)].join(' ')
  const what = inside.length === 0 ? `${title} is no Kubernetes object` : `${title}: ${inside.map(String).join('.')}`
  const place = { file, line: document.lineOf([...path, ...inside]) }
  throw new Problem(discoverProblems.object_invalid, `${what}: ${issue?.message}.`, { place })
}

function dataLines({ data }: ConfigMap, { document, path }: Found): Record<string, number> {
  const lines = Object.keys(data).map((key) => [key, document.firstTextLineOf([...path, 'data', key])] as const)
  return Object.fromEntries(lines.filter((entry): entry is readonly [string, number] => entry[1] !== undefined))
}

const named = z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) })

/** `namespace/name`, or nothing for an object that does not even have a name. */
function nameOf(object: unknown): string[] {
  const metadata = named.safeParse(object).data?.metadata
  return metadata ? [[metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/')] : []
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
