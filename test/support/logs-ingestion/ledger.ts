import { createHash } from 'node:crypto'

/** What became of rows that were to arrive. */
export interface Balance {
  /** Of those that were to arrive, how many never did. */
  readonly lost: number
  /** Arrivals beyond the first of each. */
  readonly duplicated: number
  /** Arrived, and nobody sent them. */
  readonly foreign: number
}

/** What was stored, row by row: by digest, since an hour of a large mesh is gigabytes. */
export class Ledger {
  readonly #arrivals = new Map<string, number>()
  rows = 0
  bytes = 0

  add(row: unknown): void {
    const text = JSON.stringify(row)
    const digest = digestOf(text)
    this.#arrivals.set(digest, (this.#arrivals.get(digest) ?? 0) + 1)
    this.rows++
    this.bytes += Buffer.byteLength(text)
  }

  get distinct(): number {
    return this.#arrivals.size
  }

  /** @param lines the JSON of each row that was to arrive, each different from all others */
  balance(lines: Iterable<string>): Balance {
    let [expected, lost] = [0, 0]
    for (const line of lines) {
      expected++
      if (!this.#arrivals.has(digestOf(JSON.stringify(JSON.parse(line))))) lost++
    }
    return { lost, duplicated: this.rows - this.distinct, foreign: this.distinct - (expected - lost) }
  }
}

const digestOf = (text: string) => createHash('sha1').update(text).digest('base64')
