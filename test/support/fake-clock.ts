import type { Clock } from '../../src/runtime/clock.ts'

/** Time that stands still until a test moves it. Tasks run in order of their due time, as `advance` passes over them. */
export class FakeClock implements Clock {
  #nowMs = 0
  #wallOffsetMs: number
  #tasks: { dueMs: number; order: number; task: () => void }[] = []
  #order = 0

  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.#wallOffsetMs = wallMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task }
    this.#tasks.push(entry)
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry)
    }
  }

  /** Moves time on and runs what falls due on the way. */
  advance(ms: number): void {
    const end = this.#nowMs + ms
    for (;;) {
      const next = this.#tasks.filter(({ dueMs }) => dueMs <= end).sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0]
      if (!next) break
      this.#tasks = this.#tasks.filter((other) => other !== next)
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.task()
    }
    this.#nowMs = end
  }

  /** The process is stopped, or its machine sleeps: time goes by and nothing runs. What fell due meanwhile runs late, when time is moved on. */
  standStill(ms: number): void {
    this.#nowMs += ms
  }

  /** The machine's clock is set; the monotonic one does not notice. */
  setWall(ms: number): void {
    this.#wallOffsetMs = ms - this.#nowMs
  }
}
