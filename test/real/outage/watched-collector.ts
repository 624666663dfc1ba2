import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { DestinationFigures, StatusAnswer } from '../../../src/model/figures.ts'
import type { CollectorProcess } from '../collector-process.ts'

/** Rows of all series go on being made once a second. */
const withinMs = 300_000

/** What a collector says of its rows while it runs. */
export class WatchedCollector {
  readonly #collector: CollectorProcess
  readonly #signal: AbortSignal

  constructor(collector: CollectorProcess, signal: AbortSignal) {
    this.#collector = collector
    this.#signal = signal
  }

  /** How many rows one round makes: those that this page shows. */
  async rowsOfARound(): Promise<number> {
    return (await this.#collector.text('/metrics/insights')).split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
  }

  async destination(wanted: string): Promise<DestinationFigures> {
    const { destinations } = await this.#collector.json<StatusAnswer>('/api/v1/status')
    const found = destinations.find(({ name }) => name === wanted)
    if (!found) throw new Error(`nothing is sent to ${wanted}`)
    return found
  }

  /** The sum of an own counter's series whose labels hold these words. */
  async counted(name: string, words = ''): Promise<number> {
    const series = (await this.#collector.text('/metrics')).split('\n').filter((line) => line.startsWith(name) && line.includes(words))
    return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
  }

  made(): Promise<number> {
    return this.counted('meshtelemetry_rows_total')
  }

  /** The most that it has had in memory so far, bytes. */
  async peak(): Promise<number> {
    const [, kibibytes = 0] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${this.#collector.pid}/status`, 'utf8')) ?? []
    return Number(kibibytes) * 1_024
  }

  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + withinMs
    while (!(await isSo())) {
      this.#signal.throwIfAborted()
      if (performance.now() > endMs) throw new Error(`within ${withinMs / 1e3} s it did not come about: ${what}`)
      await pause(200)
    }
  }
}
