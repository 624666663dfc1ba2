import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { areaOf, type Camera, fitted, showing, type Size } from './camera.ts'
import { farther, followGestures, type Gestures, nearer } from './gestures.ts'
import type { Layout } from './layout.ts'

/** Text is still read at this scale: a small map is not made smaller than this until somebody asks for all of it. */
export const readableScale = 0.75
const smallMap = 30
const stillAfterMs = 300

/** Moving over the map changes one transform, and nothing is drawn anew. Until somebody moves it, all of the map is in view, also when it grows. */
class Mover implements Gestures {
  readonly #frame: HTMLElement
  readonly #ground: SVGElement
  #layout: Layout
  #camera: Camera = { x: 0, y: 0, scale: 1 }
  #isOwn = false
  #still: ReturnType<typeof setTimeout> | undefined

  constructor(frame: HTMLElement, ground: SVGElement, layout: Layout) {
    this.#frame = frame
    this.#ground = ground
    this.#layout = layout
  }

  get scale(): number {
    return this.#camera.scale
  }

  /** Takes over where nodes are; `isAnew`: what was moved before is of another map. */
  follow(layout: Layout, { isAnew }: { readonly isAnew: boolean }): void {
    this.#layout = layout
    if (isAnew) this.#isOwn = false
    this.settle()
  }

  /** Fits the map, unless somebody has moved it. */
  settle(): void {
    const { boxes } = this.#layout
    if (!this.#isOwn) this.#set(fitted(areaOf(boxes.values()), this.#size, boxes.size <= smallMap ? readableScale : 0))
  }

  fit(): void {
    this.change(() => fitted(areaOf(this.#layout.boxes.values()), this.#size))
  }

  /** Moves as little as needed for a node to be seen. */
  show(name: string): void {
    const box = this.#layout.boxes.get(name)
    if (box) this.change((camera) => showing(camera, box, this.#size))
  }

  change(next: (camera: Camera) => Camera): void {
    this.#isOwn = true
    const { scale } = this.#camera
    this.#set(next(this.#camera))
    if (scale !== this.#camera.scale) this.#stretch()
  }

  end(): void {
    clearTimeout(this.#still)
  }

  get #size(): Size {
    return { width: this.#frame.clientWidth, height: this.#frame.clientHeight }
  }

  #set(camera: Camera): void {
    this.#camera = camera
    const { x, y, scale } = camera
    // With a third dimension the browser keeps the map as a picture of its own, which it only shifts.
    this.#ground.style.transform = `translate3d(${x.toFixed(2)}px, ${y.toFixed(2)}px, 0) scale(${scale.toFixed(4)})`
  }

  /** While it is zoomed that picture is only stretched; afterwards it is drawn sharply again. */
  #stretch(): void {
    this.#ground.classList.add('stretched')
    clearTimeout(this.#still)
    this.#still = setTimeout(() => this.#ground.classList.remove('stretched'), stillAfterMs)
  }
}

interface Moving {
  readonly frame: RefObject<HTMLDivElement | null>
  readonly ground: RefObject<SVGSVGElement | null>
  readonly mover: () => Mover | undefined
  readonly nearer: () => void
  readonly farther: () => void
}

/**
 * Lets people move over the map: the `ground` within the `frame`.
 *
 * @param turn whenever it is another one the map is fitted again
 */
export function useMoving({ layout, turn }: { readonly layout: Layout; readonly turn: number }): Moving {
  const frame = useRef<HTMLDivElement>(null)
  const ground = useRef<SVGSVGElement>(null)
  const made = useRef<Mover>(undefined)
  const lastTurn = useRef(turn)
  useEffect(() => {
    const over = new AbortController()
    const element = frame.current as HTMLDivElement
    const mover = new Mover(element, ground.current as SVGSVGElement, layout)
    made.current = mover
    followGestures(element, mover, over.signal)
    const resized = new ResizeObserver(() => mover.settle())
    resized.observe(element)
    return () => {
      over.abort()
      resized.disconnect()
      mover.end()
    }
  }, [])
  useEffect(() => {
    made.current?.follow(layout, { isAnew: turn !== lastTurn.current })
    lastTurn.current = turn
  }, [layout, turn])
  const step = (zoom: typeof nearer) => () => frame.current && made.current && zoom(frame.current, made.current)
  return useMemo(() => ({ frame, ground, mover: () => made.current, nearer: step(nearer), farther: step(farther) }), [])
}
