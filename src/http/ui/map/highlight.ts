import { isFound } from '../who.ts'
import type { MapEdge, MapGraph } from './graph.ts'

/** What somebody points at, or has the keyboard on. */
export type Pointed = { readonly node: string } | { readonly edge: string }

/** What stands out, while the rest fades. */
export interface Highlight {
  /** The node pointed at. */
  readonly middle?: string
  readonly nodes: ReadonlySet<string>
  readonly edges: readonly MapEdge[]
}

/** What is pointed at with all of its calls, or else what the search finds with all of its; undefined where nothing is singled out. */
export function highlightOf({ nodes, edges }: MapGraph, pointed: Pointed | undefined, search: string | undefined): Highlight | undefined {
  const pointedEdge = pointed && 'edge' in pointed && edges.find(({ key }) => key === pointed.edge)
  if (pointedEdge) return around([], [pointedEdge])
  const middle = pointed && 'node' in pointed && nodes.find(({ name }) => name === pointed.node)?.name
  if (middle) return { ...around([middle], callsOf(edges, new Set([middle]))), middle }
  if (!search?.trim()) return undefined
  const found = nodes.filter(({ name }) => isFound(search, name)).map(({ name }) => name)
  return around(found, callsOf(edges, new Set(found)))
}

const callsOf = (edges: readonly MapEdge[], names: ReadonlySet<string>): readonly MapEdge[] =>
  edges.filter(({ source, destination }) => names.has(source) || names.has(destination))

const around = (names: readonly string[], edges: readonly MapEdge[]): Highlight => ({
  edges,
  nodes: new Set([...names, ...edges.flatMap(({ source, destination }) => [source, destination])]),
})
