/** Upper bounds of Envoy's buckets where a mesh sets none, as OSM does; milliseconds. Source: Envoy, docs/root/operations/admin.rst. */
export const boundsMs = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000,
] as const

/** Durations as a sidecar shows them: what is recorded appears on the page only with the next flush. */
export class Histogram {
  readonly #pendingMs: number[] = []
  readonly #counts = boundsMs.map(() => 0)
  #sumMs = 0
  #count = 0

  record(ms: number): void {
    this.#pendingMs.push(ms)
  }

  flush(): void {
    for (const ms of this.#pendingMs.splice(0)) {
      const index = boundsMs.findIndex((bound) => ms <= bound)
      if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1
      this.#sumMs += ms
      this.#count++
    }
  }

  get sumMs(): number {
    return this.#sumMs
  }

  get count(): number {
    return this.#count
  }

  /** How many durations were at most `boundsMs[i]`, for each `i`. */
  cumulative(): number[] {
    let below = 0
    return this.#counts.map((count) => (below += count))
  }
}
