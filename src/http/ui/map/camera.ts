import { boxHeight, boxWidth, type Point } from './layout.ts'

/** What of the map is seen: a point of the map appears at `x + scale * point.x`, and so on. */
export interface Camera {
  readonly x: number
  readonly y: number
  readonly scale: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Area extends Point, Size {}

const smallest = 0.05
const largest = 4
const margin = 24
/** A small map is blown up so far, and no farther: a few nodes would be as large as a screen. */
const largestFitted = 1.4

/** What the nodes take, with a margin for lines that bow out. */
export function areaOf(boxes: Iterable<Point>): Area {
  const all = [...boxes]
  if (all.length === 0) return { x: 0, y: 0, width: boxWidth, height: boxHeight }
  const [x, y] = [Math.min(...all.map((box) => box.x)), Math.min(...all.map((box) => box.y))]
  const [right, bottom] = [Math.max(...all.map((box) => box.x)) + boxWidth, Math.max(...all.map((box) => box.y)) + boxHeight]
  return { x, y, width: right - x, height: bottom - y }
}

/** All of it in the middle, small maps a little larger than drawn; where that were less than `readable`, its beginning. */
export function fitted(area: Area, { width, height }: Size, readable = 0): Camera {
  const scale = bounded(Math.max(readable, Math.min(largestFitted, (width - 2 * margin) / area.width, (height - 2 * margin) / area.height)))
  const along = (start: number, length: number, room: number): number => Math.max(margin, (room - length * scale) / 2) - start * scale
  return { x: along(area.x, area.width, width), y: along(area.y, area.height, height), scale }
}

/** Nearer or farther; the point of the screen `at` stays where it is. */
export function zoomed(camera: Camera, factor: number, at: Point): Camera {
  const scale = bounded(camera.scale * factor)
  const change = scale / camera.scale
  return { x: at.x - (at.x - camera.x) * change, y: at.y - (at.y - camera.y) * change, scale }
}

export const moved = (camera: Camera, by: Point): Camera => ({ ...camera, x: camera.x + by.x, y: camera.y + by.y })

/** Moved as little as needed for a node to be seen. */
export function showing(camera: Camera, box: Point, size: Size): Camera {
  const along = (start: number, length: number, room: number): number =>
    start < margin ? margin - start : start + length > room - margin ? room - margin - start - length : 0
  return moved(camera, {
    x: along(camera.x + box.x * camera.scale, boxWidth * camera.scale, size.width),
    y: along(camera.y + box.y * camera.scale, boxHeight * camera.scale, size.height),
  })
}

const bounded = (scale: number): number => Math.min(largest, Math.max(smallest, scale))
