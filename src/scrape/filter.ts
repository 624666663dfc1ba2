/** How a page is asked for. */
export type Asked = 'filtered' | 'whole'

/** A refused filter is tried again after this long. */
export const retryAfterMs = 3_600_000
/** Start-up is over, connections are warm: from this good page on the two ways can be compared. */
const settledPages = 3
/** Two answers differ in this much by chance. */
const noiseMs = 20
/** One slow answer can be the machine's fault. */
const slowTimes = 2
/** So many filtered reads that failed in a row, from a process that never answered one, make the whole page worth a try. */
const failuresBeforeDoubt = 2
/** So many whole pages that were good where the filtered ones before them failed: it is the filter. */
const doubtsBeforeRefusal = 2

const line = { feed: 10, brace: 0x7b, space: 0x20 }

/** Whether a page holds a sample of this name: a line that begins with it. */
export function holdsSample(page: Buffer, name: Buffer): boolean {
  for (let at = page.indexOf(name); at >= 0; at = page.indexOf(name, at + 1)) {
    const next = page[at + name.length]
    if ((at === 0 || page[at - 1] === line.feed) && (next === line.brace || next === line.space)) return true
  }
  return false
}

/**
 * What is known about one target's filter: whether its process takes it, and whether it pays. Pure: it is told what happened and when.
 *
 * A sidecar that does not take the filter can answer with an error, or with a good page that is empty, as if all its series had vanished. Old Envoys
 * try the expression against every name with std::regex on their main thread, which can take longer than printing the whole page.
 */
export class FilterChoice {
  #process: string | undefined
  #verdict: 'good' | 'refused' | 'slower' = 'good'
  #retryAtMs = 0
  #pages = 0
  #slow = 0
  #compared = false
  #failures = 0
  #doubts = 0

  /** How to ask now. Another process is asked anew. */
  next(process: string | undefined, nowMs: number): Asked {
    if (process !== this.#process) this.#begin(process)
    if (this.#verdict === 'slower' || this.#isDoubted()) return 'whole'
    return this.#verdict === 'refused' && nowMs < this.#retryAtMs ? 'whole' : 'filtered'
  }

  /** A filtered page was good. @returns whether a whole page is to be asked for right after, to compare */
  taken(): boolean {
    this.#verdict = 'good'
    this.#failures = 0
    this.#doubts = 0
    this.#pages++
    return !this.#compared && this.#pages >= settledPages
  }

  /** The filtered page was none, and the whole page right after was good. @returns whether that is news */
  refused(nowMs: number): boolean {
    const news = this.#verdict !== 'refused'
    this.#verdict = 'refused'
    this.#retryAtMs = nowMs + retryAfterMs
    return news
  }

  /** A filtered read failed outright: the target may be down, or break on what it is asked. */
  failed(): void {
    this.#failures++
  }

  /** A whole page was good. @returns whether that settles a doubt against the filter */
  wholeTaken(nowMs: number): boolean {
    if (!this.#isDoubted()) return false
    this.#failures = failuresBeforeDoubt - 1 // the filter gets one more try
    this.#doubts++
    return this.#doubts >= doubtsBeforeRefusal && this.refused(nowMs)
  }

  #isDoubted(): boolean {
    return this.#pages === 0 && this.#verdict === 'good' && this.#failures >= failuresBeforeDoubt
  }

  /** Both ways were measured, one right after the other, to the first byte. @returns whether the filter is given up */
  compared(filteredMs: number, wholeMs: number): boolean {
    const slow = filteredMs > 2 * wholeMs && filteredMs - wholeMs > noiseMs
    this.#slow = slow ? this.#slow + 1 : 0
    this.#compared = !slow || this.#slow >= slowTimes
    if (this.#slow < slowTimes) return false
    this.#verdict = 'slower'
    return true
  }

  #begin(process: string | undefined): void {
    this.#process = process
    this.#verdict = 'good'
    this.#pages = 0
    this.#slow = 0
    this.#compared = false
    this.#failures = 0
    this.#doubts = 0
  }
}
