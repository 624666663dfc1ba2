import { plainAddress } from './address-book.ts'

/** Longer than any caller that matters is silent. */
const recentMs = 600_000
const callerLimit = 10_000

/** From which addresses sidecars told of calls lately; of too many, whoever was silent longest is forgotten first. */
export class RecentCallers {
  readonly #heardMs = new Map<string, number>()

  heard(address: string, nowMs: number): void {
    const key = plainAddress(address)
    this.#heardMs.delete(key)
    this.#heardMs.set(key, nowMs)
    if (this.#heardMs.size <= callerLimit) return
    const [first] = this.#heardMs.keys()
    if (first !== undefined) this.#heardMs.delete(first)
  }

  has(address: string, nowMs: number): boolean {
    return nowMs - (this.#heardMs.get(plainAddress(address)) ?? -Infinity) <= recentMs
  }
}
