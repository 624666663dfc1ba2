/** How many requests really ended with one response code on the way from one workload to one cluster. */
export interface TruthRow {
  readonly source: { readonly namespace: string; readonly workload: string }
  /** `bookstore/bookstore-v1|14001` */
  readonly cluster: string
  readonly code: string
  readonly requests: number
}

/** Counts beside the sidecars, so that what they show can be held against it: pods and processes that are gone stay counted. */
export class Truth {
  readonly #rows = new Map<string, TruthRow>()

  requested(source: TruthRow['source'], cluster: string, code: string): void {
    const key = [source.namespace, source.workload, cluster, code].join(' ')
    const requests = (this.#rows.get(key)?.requests ?? 0) + 1
    this.#rows.set(key, { source, cluster, code, requests })
  }

  /** Sorted by source, cluster and code. */
  rows(): readonly TruthRow[] {
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  }
}
