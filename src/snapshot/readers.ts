/** More of them than ever read a collector; whoever came first is forgotten first. */
const knownReaders = 64
/** Prometheus' default, the slowest pace that graphs over minutes make sense at. */
const longestPauseMs = 60_000

interface Reader {
  readonly lastMs: number
  readonly pauseMs: number
  /** The last two pauses were alike: it is a scraper, and will come again. */
  readonly isRegular: boolean
}

/** Who fetches a page again and again, and at which pace. Those who look now and then are none. */
export class Readers {
  readonly #known = new Map<string, Reader>()

  /** @param reader what tells one from the other: address and program */
  fetched(reader: string, nowMs: number): void {
    const before = this.#known.get(reader)
    const pauseMs = nowMs - (before?.lastMs ?? Number.NaN)
    this.#known.delete(reader)
    this.#known.set(reader, { lastMs: nowMs, pauseMs, isRegular: before !== undefined && areAlike(before.pauseMs, pauseMs) })
    const [first] = this.#known.keys()
    if (this.#known.size > knownReaders && first !== undefined) this.#known.delete(first)
  }

  /** Within this time every one of them comes once more; 0 where there is none. A minute at most: who comes more seldom is not waited for. */
  slowestPauseMs(nowMs: number): number {
    const present = [...this.#known.values()].filter(({ isRegular, lastMs, pauseMs }) => isRegular && nowMs - lastMs < 3 * pauseMs)
    return present.reduce((longest, { pauseMs }) => (pauseMs <= 1.1 * longestPauseMs ? Math.max(longest, pauseMs * 1.1) : longest), 0)
  }
}

/** Within a fifth, or a second: scrapers keep their pace better than that. */
const areAlike = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(1_000, a / 5)
