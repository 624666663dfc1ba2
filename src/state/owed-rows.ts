/** What a table of the file lacks, by key: rows to put, the ones that changed last at the end, and rows to delete. */
export class OwedRows<T> {
  /** What may stand in the file: whatever was never there need not be deleted. */
  readonly #filed: Set<string>
  readonly #put = new Map<string, T>()
  readonly #deleted = new Set<string>()

  /** @param filed the keys that the file has */
  constructor(filed: Iterable<string> = []) {
    this.#filed = new Set(filed)
  }

  get put(): ReadonlyMap<string, T> {
    return this.#put
  }

  get deleted(): ReadonlySet<string> {
    return this.#deleted
  }

  set(key: string, row: T): void {
    this.#put.delete(key)
    this.#put.set(key, row)
    this.#deleted.delete(key)
  }

  delete(key: string): void {
    this.#put.delete(key)
    if (this.#filed.has(key)) this.#deleted.add(key)
  }

  /** It may or may not have been written: it stays owed, and has to be deleted if it goes. */
  doubt(): void {
    for (const key of this.#put.keys()) this.#filed.add(key)
  }

  paid(): void {
    for (const key of this.#put.keys()) this.#filed.add(key)
    for (const key of this.#deleted) this.#filed.delete(key)
    this.#put.clear()
    this.#deleted.clear()
  }
}
