import { expect, test } from 'vitest'
import { areaOf, fitted, moved, showing, zoomed } from '../../../../src/http/ui/map/camera.ts'
import { boxHeight, boxWidth } from '../../../../src/http/ui/map/layout.ts'

const screen = { width: 1_000, height: 600 }

test('a small map is in the middle, larger than it is, but not as large as the screen', () => {
  const { x, y, scale } = fitted({ x: -50, y: 20, width: 200, height: 100 }, screen)
  expect(scale).toBe(1.4)
  expect([x - 50 * scale, y + 20 * scale]).toEqual([360, 230])
})

test('a large map fits in', () => {
  const area = { x: -100, y: -900, width: 4_000, height: 3_000 }
  const { x, y, scale } = fitted(area, screen)
  expect(x + area.x * scale).toBeGreaterThanOrEqual(0)
  expect(x + (area.x + area.width) * scale).toBeLessThanOrEqual(screen.width)
  expect(y + area.y * scale).toBeGreaterThanOrEqual(0)
  expect(y + (area.y + area.height) * scale).toBeLessThanOrEqual(screen.height)
})

test('where it is to be read, a map that is too wide shows its beginning', () => {
  const { x, scale } = fitted({ x: 0, y: 0, width: 4_000, height: 100 }, screen, 0.75)
  expect(scale).toBe(0.75)
  expect(x).toBeGreaterThan(0)
  expect(x).toBeLessThan(100)
})

test('what is zoomed at stays where it is', () => {
  const camera = { x: 10, y: 20, scale: 0.5 }
  const at = { x: 300, y: 200 }
  const next = zoomed(camera, 2, at)
  expect(next.scale).toBe(1)
  expect((at.x - next.x) / next.scale).toBeCloseTo((at.x - camera.x) / camera.scale)
  expect((at.y - next.y) / next.scale).toBeCloseTo((at.y - camera.y) / camera.scale)
})

test('nobody zooms so far that nothing is left to see', () => {
  const camera = { x: 0, y: 0, scale: 1 }
  expect(zoomed(camera, 1e9, { x: 0, y: 0 }).scale).toBe(4)
  expect(zoomed(camera, 1e-9, { x: 0, y: 0 }).scale).toBe(0.05)
})

test('a node that the keyboard comes to is moved into view, one that is in view is not', () => {
  const camera = { x: 0, y: 0, scale: 1 }
  expect(showing(camera, { x: 100, y: 100 }, screen)).toEqual(camera)
  const { x, y } = showing(camera, { x: 5_000, y: -400 }, screen)
  expect(x + 5_000 + boxWidth).toBeLessThanOrEqual(screen.width)
  expect(y - 400).toBeGreaterThanOrEqual(0)
})

test('the area holds every node', () => {
  expect(
    areaOf([
      { x: -10, y: 5 },
      { x: 300, y: 90 },
    ]),
  ).toEqual({ x: -10, y: 5, width: 310 + boxWidth, height: 85 + boxHeight })
})

test('a map is moved by as much as the hand', () => {
  expect(moved({ x: 1, y: 2, scale: 3 }, { x: 10, y: -5 })).toEqual({ x: 11, y: -3, scale: 3 })
})
