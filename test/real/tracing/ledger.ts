import type { PodName } from './mesh.ts'

/** What was really sent through the chain. Edges are `bookbuyer→bookstore`. */
export class Ledger {
  /** Answered requests by edge. */
  readonly requests = new Map<string, number>()
  /** Those of them that were answered by a 5xx. */
  readonly errors = new Map<string, number>()
  /** Requests that got no answer at all: there must be none. */
  broken = 0
  /** Of all times, those included that are forgotten. */
  calls = 0

  answered(call: { readonly from: PodName; readonly to: PodName; readonly code: number }): void {
    this.calls++
    const edge = edgeKey(call.from, call.to)
    increment(this.requests, edge)
    if (call.code >= 500) increment(this.errors, edge)
  }

  /** What comes from now on is to be compared alone. */
  forget(): void {
    this.requests.clear()
    this.errors.clear()
  }
}

export const edgeKey = (from: PodName, to: PodName): string => `${from}→${to}`

function increment(book: Map<string, number>, key: string): void {
  book.set(key, (book.get(key) ?? 0) + 1)
}
