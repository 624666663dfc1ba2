import type { MapEdge, MapGraph } from './graph.ts'

/** More lines than these are a tangle. */
export const mostEdges = 200
/** So many calls have room for figures beside their lines. */
export const mostLabels = 60

/** The calls that are drawn at first: those that fail and the busiest. */
export function strongest({ edges }: MapGraph): readonly MapEdge[] {
  if (edges.length <= mostEdges) return edges
  const failing = edges.filter(({ health }) => health === 'failing').length
  return byWeight(edges).slice(0, Math.max(mostEdges, failing))
}

/** What an operator wants to see first: errors, then requests by their number, then connections, whose number is of another kind. */
export const byWeight = (edges: readonly MapEdge[]): readonly MapEdge[] =>
  edges.toSorted((a, b) => rankOf(b) - rankOf(a) || sizeOf(b) - sizeOf(a))

/** Twice as many are more; less of a difference changes with every scrape, and lines would come and go. */
const sizeOf = ({ perSecond }: MapEdge): number => Math.round(Math.log2(perSecond + 0.01))

const rankOf = ({ health, carries }: MapEdge): number => (health === 'failing' ? 3 : health === 'idle' ? 0 : carries === 'requests' ? 2 : 1)

const thinnest = 1
const thickest = 7

/** The width of a line, by the logarithm of its rate, so that 1 and 1,000 a second are both seen. The same rate is as wide on every map. */
export function widthOf({ perSecond, carries }: Pick<MapEdge, 'perSecond' | 'carries'>): number {
  if (carries === 'connections') return 5 // its two lines need room, and what it carries is no number of requests
  return Math.min(thickest, thinnest + 1.5 * Math.log10(1 + 10 * perSecond))
}
