import type { Curve } from './curves.ts'
import { boxHeight, boxWidth, type Point } from './layout.ts'

/** What a text on a line takes. */
export interface LabelRoom {
  readonly key: string
  readonly width: number
  readonly height: number
}

export const labelLine = 15

/** Where each text goes: on its line, off the nodes and off other texts, the first ones first. What finds no such place is not written; pointing at its line tells it. */
export function labelPlaces(
  rooms: readonly LabelRoom[],
  curves: ReadonlyMap<string, Curve>,
  boxes: Iterable<Point>,
): ReadonlyMap<string, Point> {
  const taken = [...boxes].map(({ x, y }) => ({ x: x + boxWidth / 2, y: y + boxHeight / 2, width: boxWidth, height: boxHeight }))
  const places = new Map<string, Point>()
  for (const { key, width, height } of rooms) {
    const spots = curves.get(key)?.spots ?? []
    const isFree = ({ x, y }: Point) =>
      taken.every((other) => Math.abs(other.x - x) >= (other.width + width) / 2 || Math.abs(other.y - y) >= (other.height + height) / 2)
    const spot = spots.find(isFree)
    if (!spot) continue
    taken.push({ ...spot, width, height })
    places.set(key, spot)
  }
  return places
}
