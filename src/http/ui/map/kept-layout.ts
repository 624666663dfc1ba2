import type { Link } from './columns.ts'
import { boxHeight, columnPitch, laidOut, type Layout, type Point, rowPitch } from './layout.ts'

/**
 * The layout after nodes or calls came and went: who stays does not move, so that whoever looks finds it again. New nodes come beside those that they have to do
 * with; where most are new, all are laid out anew.
 *
 * @returns `before` itself where nothing changes
 */
export function keptLayout(before: Layout | undefined, names: readonly string[], links: readonly Link[]): Layout {
  const kept = names.filter((name) => before?.boxes.has(name))
  if (!before || kept.length * 2 <= names.length) return laidOut(names, links)
  const keys = new Set(links.map(({ key }) => key))
  const isSame = kept.length === names.length && before.boxes.size === names.length && before.lanes.keys().every((key) => keys.has(key))
  if (isSame) return before
  const boxes = new Map(kept.map((name) => [name, before.boxes.get(name) as Point]))
  for (const name of names) if (!boxes.has(name)) boxes.set(name, freeNear(besides(name, links, boxes), boxes))
  return { boxes, lanes: new Map(before.lanes.entries().filter(([key]) => keys.has(key))) }
}

/** Right of its callers, or else left of those it calls, or else below everything. */
function besides(name: string, links: readonly Link[], boxes: ReadonlyMap<string, Point>): Point {
  const known = (ends: readonly string[]) => ends.flatMap((end) => boxes.get(end) ?? [])
  const callers = known(links.filter(({ destination }) => destination === name).map(({ source }) => source))
  const called = known(links.filter(({ source }) => source === name).map(({ destination }) => destination))
  const mean = (points: readonly Point[]) => points.reduce((sum, { y }) => sum + y, 0) / points.length
  if (callers.length > 0) return { x: Math.max(...callers.map(({ x }) => x)) + columnPitch, y: mean(callers) }
  if (called.length > 0) return { x: Math.min(...called.map(({ x }) => x)) - columnPitch, y: mean(called) }
  const all = [...boxes.values()]
  return { x: Math.min(...all.map(({ x }) => x)), y: Math.max(...all.map(({ y }) => y)) + rowPitch }
}

function freeNear({ x, y }: Point, boxes: ReadonlyMap<string, Point>): Point {
  const taken = [...boxes.values()].filter((box) => box.x === x).map((box) => box.y)
  const isFree = (place: number) => taken.every((other) => Math.abs(other - place) >= boxHeight + 1)
  const places = [y, ...taken.flatMap((other) => [other - rowPitch, other + rowPitch])].filter(isFree)
  const nearest = places.toSorted((a, b) => Math.abs(a - y) - Math.abs(b - y))[0]
  return { x, y: Math.round(nearest ?? y) }
}
