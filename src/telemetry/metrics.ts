import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** One of the collector's own metrics, declared beside the code that feeds it; registry and reference page are assembled from all of them. */
export interface MetricKind {
  /** With the prefix `meshtelemetry_` and its unit at the end. */
  readonly name: `meshtelemetry_${string}`
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels?: readonly string[]
  /** Upper bounds of a histogram's buckets, in the metric's unit. */
  readonly buckets?: readonly number[]
}

/** The collector's own metrics: prom-client behind the declared kinds, in a registry of its own, never the global one. */
export class Metrics {
  readonly registry = new Registry()
  readonly #instruments = new Map<string, Counter | Gauge | Histogram>()

  constructor(kinds: readonly MetricKind[]) {
    collectDefaultMetrics({ register: this.registry })
    for (const kind of kinds) this.#instruments.set(kind.name, instrument(kind, this.registry))
  }

  count(kind: MetricKind, labels: Record<string, string> = {}, by = 1): void {
    this.#find(kind, Counter).inc(labels, by)
  }

  set(kind: MetricKind, value: number, labels: Record<string, string> = {}): void {
    this.#find(kind, Gauge).set(labels, value)
  }

  /** Takes the series of a gauge back: what it told of is no more. Safe twice. */
  unset(kind: MetricKind, labels: Record<string, string>): void {
    this.#find(kind, Gauge).remove(labels)
  }

  observe(kind: MetricKind, value: number, labels: Record<string, string> = {}): void {
    this.#find(kind, Histogram).observe(labels, value)
  }

  #find<T extends Counter | Gauge | Histogram>(kind: MetricKind, type: abstract new (...args: never[]) => T): T {
    const found = this.#instruments.get(kind.name)
    if (!(found instanceof type)) throw new TypeError(`${kind.name} is not a ${kind.type} of the catalogue`)
    return found
  }
}

function instrument({ name, type, help, labels = [], buckets }: MetricKind, registry: Registry): Counter | Gauge | Histogram {
  const options = { name, help, labelNames: [...labels], registers: [registry] }
  switch (type) {
    case 'counter':
      return new Counter(options)
    case 'gauge':
      return new Gauge(options)
    case 'histogram':
      return new Histogram(buckets ? { ...options, buckets: [...buckets] } : options)
  }
}
