import type { PodName } from './mesh.ts'

/** What the traffic generator knows it sent and got: the truth that the collector is compared with. */
export class Ledger {
  /** Answers by `from→to code`, counted where they arrived: what the caller's sidecar must have counted. */
  readonly answers = new Map<string, number>()
  /** Answers by `→pod code`, counted where they were given: what the called sidecar must have counted. */
  readonly given = new Map<string, number>()
  /** Milliseconds per answered request by `from→to`, as the caller saw it (longer than the sidecar's own measure) … */
  readonly outerMs = new Map<string, number[]>()
  /** … and as the application itself took (shorter). */
  readonly innerMs = new Map<string, number[]>()
  /** Requests whose answer nobody can know: there must be none. */
  broken = 0

  answered(call: { readonly from: PodName; readonly to: PodName; readonly code: number; readonly ms: number }): void {
    const edge = edgeKey(call.from, call.to)
    increment(this.answers, `${edge} ${call.code}`)
    append(this.outerMs, edge, call.ms)
  }

  gave(call: { readonly from: string; readonly to: PodName; readonly code: number; readonly ms: number }): void {
    increment(this.given, `→${call.to} ${call.code}`)
    append(this.innerMs, `${call.from}→${call.to}`, call.ms)
  }

  /** Begins anew: what was before is not to be counted. */
  clear(): void {
    for (const book of [this.answers, this.given, this.outerMs, this.innerMs]) book.clear()
  }
}

export const edgeKey = (from: PodName, to: PodName): string => `${from}→${to}`

function increment(book: Map<string, number>, key: string): void {
  book.set(key, (book.get(key) ?? 0) + 1)
}

function append(book: Map<string, number[]>, key: string, value: number): void {
  const list = book.get(key)
  if (list) list.push(value)
  else book.set(key, [value])
}
