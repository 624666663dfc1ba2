import { threadCpuUsage } from 'node:process'

const tickMs = 25

/**
 * Time in which this thread worked, or waited while it could have worked: real time on an idle machine. What the machine gives to others, or stands still,
 * is left out, so that a limit on this time holds on a busy machine too.
 */
export class AwakeTime {
  #ms = 0
  #last = { atMs: performance.now(), cpuMs: cpuMs() }
  readonly #timer = setInterval(() => this.ms, tickMs).unref()

  /** Since it was made. */
  get ms(): number {
    const now = { atMs: performance.now(), cpuMs: cpuMs() }
    this.#ms += Math.min(now.atMs - this.#last.atMs, now.cpuMs - this.#last.cpuMs + 2 * tickMs)
    this.#last = now
    return this.#ms
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

/** How much of a processor this thread has used, in milliseconds. Synchronous work is measured by it, whatever else the machine does. */
export function cpuMs(): number {
  const { user, system } = threadCpuUsage()
  return (user + system) / 1e3
}
