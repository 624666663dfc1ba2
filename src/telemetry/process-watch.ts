import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'
import { processMetrics } from './telemetry.ts'

/** Node looks at the event loop this often, without a turn of ours. */
const lookEveryMs = 20

const kinds: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak_callbacks',
}

/**
 * How the thread that does everything is doing: what keeps others waiting, and how much of it is the garbage collector. In a histogram and in counters, so
 * that several may read them and nobody takes anything from another; prom-client's own gauges are of the time since anybody looked, and its observer
 * leaves out all but the first of several collections that it is told of at once.
 */
export class ProcessWatch {
  readonly #metrics: Metrics
  readonly #delays = monitorEventLoopDelay({ resolution: lookEveryMs })
  readonly #collections = new PerformanceObserver((list) => this.#collected(list.getEntries()))

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    for (const kind of Object.values(kinds)) this.#count(kind, { seconds: 0, collections: 0 })
    this.#delays.enable()
    this.#collections.observe({ entryTypes: ['gc'] })
  }

  /** Brings the metrics up to date, as often as they should be. */
  tell(): void {
    const { count } = this.#delays
    for (let n = 1; n <= count; n++) {
      const betweenMs = this.#delays.percentile((100 * n) / count) / 1e6
      this.#metrics.observe(processMetrics.eventLoopDelay, Math.max(0, betweenMs - lookEveryMs) / 1e3)
    }
    this.#delays.reset()
    this.#collected(this.#collections.takeRecords())
  }

  /** Safe twice. */
  close(): void {
    this.#delays.disable()
    this.#collections.disconnect()
  }

  #collected(entries: readonly { readonly duration: number; readonly detail?: unknown }[]): void {
    for (const { detail, duration } of entries) {
      const { kind } = detail as { readonly kind: number }
      this.#count(kinds[kind] ?? 'other', { seconds: duration / 1e3, collections: 1 })
    }
  }

  #count(kind: string, { seconds, collections }: { readonly seconds: number; readonly collections: number }): void {
    this.#metrics.count(processMetrics.collecting, { kind }, seconds)
    this.#metrics.count(processMetrics.collections, { kind }, collections)
  }
}
