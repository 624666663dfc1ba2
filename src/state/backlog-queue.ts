/** A chunk as its queue sees it. */
interface Queued {
  readonly id: number
  readonly count: number
  readonly bytes: number
}

/** What waits for one destination, the oldest first. A day of it may go at once, so that each step costs the same however much waits. */
export class BacklogQueue<Entry extends Queued> {
  #entries = new Map<Entry['id'], Entry>()
  #count = 0
  #bytes = 0

  get oldest(): Entry | undefined {
    return this.#entries.values().next().value
  }

  get size(): number {
    return this.#entries.size
  }

  /** Rows or spans. */
  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  put(entry: Entry): void {
    this.#entries.set(entry.id, entry)
    this.#count += entry.count
    this.#bytes += entry.bytes
  }

  /** Before all others: for the parts of one that was too large, which is rare. */
  putFirst(entries: readonly Entry[]): void {
    const behind = this.#entries
    this.#entries = new Map()
    for (const entry of entries) this.put(entry)
    for (const [id, entry] of behind) this.#entries.set(id, entry)
  }

  delete({ id, count, bytes }: Entry): void {
    if (!this.#entries.delete(id)) return
    this.#count -= count
    this.#bytes -= bytes
  }
}
