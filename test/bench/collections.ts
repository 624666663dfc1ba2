import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

interface Moment {
  /** As `performance.now()` tells it. */
  readonly clockMs: number
  readonly processorMs: number
}

/** A time in which a thread did one thing; moments as `performance.now()` tells them. */
export interface Stretch {
  readonly beganMs: number
  readonly endedMs: number
  /** How long it had a processor: the rest it waited for one. */
  readonly processorMs: number
}

export const lengthMs = ({ beganMs, endedMs }: Pick<Stretch, 'beganMs' | 'endedMs'>): number => endedMs - beganMs

/** This thread's clocks. */
export function now(): Moment {
  const { user, system } = process.threadCpuUsage()
  return { clockMs: performance.now(), processorMs: (user + system) / 1e3 }
}

export function stretchSince(began: Moment): Stretch {
  const ended = now()
  return { beganMs: began.clockMs, endedMs: ended.clockMs, processorMs: ended.processorMs - began.processorMs }
}

/** When this thread stood still for the garbage collector. */
export class Collections {
  readonly #all: Pick<Stretch, 'beganMs' | 'endedMs'>[] = []
  readonly #observer = new PerformanceObserver((list) => this.#take(list.getEntries()))

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  /** Entries are told late: what is asked for afterwards is complete. */
  async close(): Promise<void> {
    await sleep(10)
    this.#take(this.#observer.takeRecords())
    this.#observer.disconnect()
  }

  /** How much of a stretch was collecting, milliseconds. */
  within({ beganMs, endedMs }: Pick<Stretch, 'beganMs' | 'endedMs'>): number {
    const shares = this.#all.map((one) => Math.min(one.endedMs, endedMs) - Math.max(one.beganMs, beganMs))
    return shares.reduce((total, share) => total + Math.max(0, share), 0)
  }

  #take(entries: readonly { readonly startTime: number; readonly duration: number }[]): void {
    this.#all.push(...entries.map(({ startTime, duration }) => ({ beganMs: startTime, endedMs: startTime + duration })))
  }
}
