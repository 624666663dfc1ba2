import { createHash } from 'node:crypto'

/** What became of rows that were to arrive. */
export interface Balance {
  /** Of those that were to arrive, how many never did. */
  readonly lost: number
  /** Arrivals beyond those that were to be. */
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

  /** @param lines the JSON of each row that was to arrive */
  balance(lines: Iterable<string>): Balance {
    const made = new Ledger()
    for (const line of lines) made.add(JSON.parse(line))
    return this.against(made)
  }

  /** @param made what was to arrive; a row that was made twice is to arrive twice */
  against(made: Ledger): Balance {
    let [lost, duplicated] = [0, 0]
    for (const [digest, count] of made.#arrivals) {
      const arrived = this.#arrivals.get(digest) ?? 0
      lost += Math.max(0, count - arrived)
      duplicated += Math.max(0, arrived - count)
    }
    return { lost, duplicated, foreign: this.rows - (made.rows - lost) - duplicated }
  }
}

const digestOf = (text: string) => createHash('sha1').update(text).digest('base64')
