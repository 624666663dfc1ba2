import { type Camera, moved, zoomed } from './camera.ts'
import type { Point } from './layout.ts'

export interface Gestures {
  /** Takes the camera after what somebody did. */
  change(next: (camera: Camera) => Camera): void
  fit(): void
}

/** A hand that clicks trembles. */
const trembling = 4
const stepPixels = 60
const zoomStep = 1.25

/** Follows pointers, wheel and keys over the map until `signal` ends it. Whatever leads somewhere is still clicked, unless the map was dragged by it. */
export function followGestures(frame: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  followWheel(frame, gestures, signal)
  followPointers(frame, gestures, signal)
  frame.addEventListener('keydown', (event) => pressed(event, frame, gestures), { signal })
  // Links would be dragged away from the page.
  frame.addEventListener('dragstart', (event) => event.preventDefault(), { signal })
}

/** A wheel alone scrolls the page; pinching a touchpad comes as wheel with ctrl. */
function followWheel(frame: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  const turned = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 16
    gestures.change((camera) => zoomed(camera, Math.exp(-pixels / 300), within(frame, event)))
  }
  frame.addEventListener('wheel', turned, { passive: false, signal })
}

/** One pointer moves the map, two zoom it. */
function followPointers(frame: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  const pointers = new Map<number, Point>()
  let travelled = 0
  const move = (event: PointerEvent) => {
    const last = pointers.get(event.pointerId)
    if (!last) return
    const next = within(frame, event)
    travelled += Math.hypot(next.x - last.x, next.y - last.y)
    pointers.set(event.pointerId, next)
    if (travelled < trembling) return
    if (!frame.hasPointerCapture(event.pointerId)) frame.setPointerCapture(event.pointerId)
    const other = pointers.entries().find(([id]) => id !== event.pointerId)?.[1]
    if (other) gestures.change((camera) => zoomed(camera, distance(next, other) / Math.max(1, distance(last, other)), other))
    else gestures.change((camera) => moved(camera, { x: next.x - last.x, y: next.y - last.y }))
  }
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return
    if (pointers.size === 0) travelled = 0
    pointers.set(event.pointerId, within(frame, event))
  }
  const lift = (event: PointerEvent) => {
    pointers.delete(event.pointerId)
    // The click of a drag comes at once or not at all: what is clicked later, be it by the keyboard, was not dragged.
    if (pointers.size === 0) setTimeout(() => (travelled = 0))
  }
  const click = (event: Event) => {
    if (travelled >= trembling) event.preventDefault()
  }
  frame.addEventListener('pointerdown', press, { signal })
  frame.addEventListener('pointermove', move, { signal })
  for (const name of ['pointerup', 'pointercancel'] as const) addEventListener(name, lift, { signal })
  frame.addEventListener('click', click, { capture: true, signal })
}

function pressed(event: KeyboardEvent, frame: HTMLElement, gestures: Gestures): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const ways: Readonly<Record<string, Point>> = {
    ArrowLeft: { x: stepPixels, y: 0 },
    ArrowRight: { x: -stepPixels, y: 0 },
    ArrowUp: { x: 0, y: stepPixels },
    ArrowDown: { x: 0, y: -stepPixels },
  }
  const way = ways[event.key]
  if (way) gestures.change((camera) => moved(camera, way))
  else if (event.key === '+' || event.key === '=') nearer(frame, gestures)
  else if (event.key === '-') farther(frame, gestures)
  else if (event.key === '0') gestures.fit()
  else return
  event.preventDefault()
}

const middle = ({ clientWidth, clientHeight }: HTMLElement): Point => ({ x: clientWidth / 2, y: clientHeight / 2 })
export const nearer = (frame: HTMLElement, gestures: Gestures): void => gestures.change((camera) => zoomed(camera, zoomStep, middle(frame)))
export const farther = (frame: HTMLElement, gestures: Gestures): void =>
  gestures.change((camera) => zoomed(camera, 1 / zoomStep, middle(frame)))

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)

function within(frame: HTMLElement, { clientX, clientY }: MouseEvent): Point {
  const { left, top } = frame.getBoundingClientRect()
  return { x: clientX - left, y: clientY - top }
}
