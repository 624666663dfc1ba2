import type { Link } from './columns.ts'
import { boxHeight, boxWidth, columnPitch, type Layout, type Point } from './layout.ts'

/** The line of a call. */
export interface Curve {
  /** As the `d` of an SVG path; the head of the arrow goes on from its end. */
  readonly path: string
  readonly from: Point
  /** The tip of the arrow. */
  readonly to: Point
  /** Where something may be written on it, the best first. */
  readonly spots: readonly Point[]
}

export const arrowLength = 9

/** One end of a call at one side of a node, and how far up or down it goes from there. */
interface End {
  readonly key: string
  readonly towards: number
}

/** The line of every call, from a side of its caller to a side of the called. Lines leave and arrive in the order in which they go up or down, so that few cross. */
export function curvesOf(layout: Layout, links: readonly Link[]): ReadonlyMap<string, Curve> {
  const known = links.flatMap((link) => {
    const [source, destination] = [layout.boxes.get(link.source), layout.boxes.get(link.destination)]
    return source && destination ? [{ key: link.key, source, destination, lanes: layout.lanes.get(link.key) ?? [], link }] : []
  })
  const ends = new Map<string, End[]>()
  const note = (name: string, end: End) => ends.set(name, [...(ends.get(name) ?? []), end])
  for (const { key, source, destination, lanes, link } of known) {
    const { leaves, arrives } = sidesOf(source, destination)
    note(`${leaves} ${link.source}`, { key: `from ${key}`, towards: lanes[0]?.y ?? destination.y })
    note(`${arrives} ${link.destination}`, { key: `to ${key}`, towards: lanes.at(-1)?.y ?? source.y })
  }
  const shares = new Map([...ends.values()].flatMap(sharesOf))
  return new Map(
    known.map(({ key, source, destination, lanes }) => {
      const { leaves, arrives } = sidesOf(source, destination)
      const from = { x: source.x + (leaves > 0 ? boxWidth : 0), y: source.y + boxHeight * (shares.get(`from ${key}`) ?? 0.5) }
      const to = { x: destination.x + (arrives > 0 ? boxWidth : 0), y: destination.y + boxHeight * (shares.get(`to ${key}`) ?? 0.5) }
      return [key, curveOf({ from, to, leaves, arrives, lanes })]
    }),
  )
}

/** −1: the left side, 1: the right one. Within a column lines bow out to the right. */
function sidesOf(source: Point, destination: Point): { readonly leaves: 1 | -1; readonly arrives: 1 | -1 } {
  if (source.x === destination.x) return { leaves: 1, arrives: 1 }
  return source.x < destination.x ? { leaves: 1, arrives: -1 } : { leaves: -1, arrives: 1 }
}

function sharesOf(ends: readonly End[]): readonly (readonly [string, number])[] {
  return ends
    .toSorted((a, b) => a.towards - b.towards || (a.key < b.key ? -1 : 1))
    .map(({ key }, i) => [key, (i + 1) / (ends.length + 1)] as const)
}

interface Way {
  readonly from: Point
  readonly to: Point
  readonly leaves: 1 | -1
  readonly arrives: 1 | -1
  readonly lanes: readonly Point[]
}

function curveOf({ from, to, leaves, arrives, lanes }: Way): Curve {
  const end = { x: to.x + arrives * arrowLength, y: to.y }
  // Through a lane a line runs level, as wide as the nodes above and below.
  const stops = [
    from,
    ...lanes.flatMap(({ x, y }) => [
      { x: leaves > 0 ? x : x + boxWidth, y },
      { x: leaves > 0 ? x + boxWidth : x, y },
    ]),
    end,
  ]
  const parts: string[] = [`M${text(from)}`]
  const spots: Point[] = []
  for (let i = 0; i + 1 < stops.length; i += 2) {
    const [start, stop] = [stops[i] as Point, stops[i + 1] as Point]
    const bends = bendsOf(start, stop, { leaves, arrives })
    parts.push(`C${text(bends[0])} ${text(bends[1])} ${text(stop)}`)
    spots.push(...[0.5, 0.35, 0.65, 0.2, 0.8].map((share) => onCurve([start, ...bends, stop], share)))
    const level = stops[i + 2]
    if (level) parts.push(`L${text(level)}`)
  }
  return { path: parts.join(''), from, to, spots }
}

const text = ({ x, y }: Point): string => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`

function bendsOf(start: Point, stop: Point, { leaves, arrives }: Pick<Way, 'leaves' | 'arrives'>): readonly [Point, Point] {
  const isWithin = leaves === arrives
  const room = isWithin ? Math.min(columnPitch - boxWidth - 20, 40 + Math.abs(stop.y - start.y) / 5) : Math.abs(stop.x - start.x) / 2
  return [
    { x: start.x + leaves * room, y: start.y },
    { x: stop.x + arrives * room, y: stop.y },
  ]
}

function onCurve([a, b, c, d]: readonly [Point, Point, Point, Point], share: number): Point {
  const rest = 1 - share
  const mixed = (of: (point: Point) => number) =>
    rest ** 3 * of(a) + 3 * rest ** 2 * share * of(b) + 3 * rest * share ** 2 * of(c) + share ** 3 * of(d)
  return { x: mixed(({ x }) => x), y: mixed(({ y }) => y) }
}
