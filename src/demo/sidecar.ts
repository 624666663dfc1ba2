import { ClusterFigures } from './cluster-figures.ts'
import { Histogram } from './histogram.ts'
import { clusterName, type Workload, workload } from './topology.ts'
import { type Reported, Tracer } from './tracer.ts'

/** Envoy gathers its histograms every 5 s; here every second, so that latency moves on the screen together with the requests. */
const flushEveryMs = 1_000

/** Whose figures a WASM statistic carries in its name. */
export interface Party {
  readonly namespace: string
  readonly kind: string
  readonly name: string
  readonly pod: string
}

/** What the WASM extension says of the other side when the answer came from the sidecar itself. */
const unknownParty: Party = { namespace: 'unknown', kind: 'unknown', name: 'unknown', pod: 'unknown' }

/** One process of Envoy: everything it knows begins at zero with it and is lost with it. */
export class Sidecar {
  readonly bornMs: number
  readonly clusters: ReadonlyMap<string, ClusterFigures>
  /** By raw name: OSM's WASM statistics carry their labels in the name. */
  readonly requestTotals = new Map<string, number>()
  readonly requestTimes = new Map<string, Histogram>()
  readonly tracer: Tracer

  /** @param bornMs time of the mesh, milliseconds */
  constructor(of: Workload, bornMs: number) {
    this.bornMs = bornMs
    this.tracer = new Tracer(bornMs)
    const clusters = [
      new ClusterFigures(`${clusterName(of)}|local`),
      ...of.calls.map(({ to }) => new ClusterFigures(clusterName(workload(to)))),
      new ClusterFigures('envoy-metrics-cluster'),
      new ClusterFigures('envoy-tracing-cluster', 'internal'),
      new ClusterFigures('osm-controller', 'internal'),
    ]
    this.clusters = new Map(clusters.map((cluster) => [cluster.name, cluster]))
    this.#subscribe()
  }

  cluster(name: string): ClusterFigures {
    const found = this.clusters.get(name)
    if (!found) throw new RangeError(`this sidecar has no cluster ${name}`)
    return found
  }

  /** Counts one request in the WASM statistics, as OSM's extension does on the caller's side. */
  requested(call: { readonly source: Party; readonly destination: Party | undefined; readonly code: string; readonly ms: number }): void {
    const parties = `${partyName('source', call.source)}.${partyName('destination', call.destination ?? unknownParty)}`
    const total = `wasmcustom.response_code.${call.code}.${parties}.osm_request_total`
    this.requestTotals.set(total, (this.requestTotals.get(total) ?? 0) + 1)
    const time = `wasmcustom.${parties}.osm_request_duration_ms`
    const times = this.requestTimes.get(time) ?? new Histogram()
    this.requestTimes.set(time, times)
    times.record(call.ms)
  }

  /** A report of spans was answered, or was not: Envoy counts it twice, as a report and as a request like any other. */
  reported(status: number | undefined, { bytes }: Reported): void {
    this.tracer.answered(status)
    const tracing = this.cluster('envoy-tracing-cluster')
    if (status === undefined) {
      tracing.failToOpen('refused')
      return tracing.answered('503')
    }
    if (tracing.active === 0) tracing.open()
    tracing.count('upstream_rq_total')
    tracing.answered(String(status))
    tracing.timesMs.record(0.4)
    tracing.sent(bytes)
    tracing.received(142)
  }

  /** Someone read this sidecar's page, which goes through a cluster of its own. */
  scraped(pageBytes: number): void {
    const metrics = this.cluster('envoy-metrics-cluster')
    metrics.answered('200')
    metrics.timesMs.record(1.2)
    metrics.sent(420)
    metrics.received(pageBytes)
  }

  /** The page is asked for: Envoy counts the request before it makes the page, and the answer after. */
  beingScraped(): void {
    const metrics = this.cluster('envoy-metrics-cluster')
    if (metrics.active === 0) metrics.open()
    metrics.count('upstream_rq_total')
  }

  uptimeSeconds(nowMs: number): number {
    return Math.floor((nowMs - this.bornMs) / 1_000)
  }

  /** To be called at every step of time. */
  flush(nowMs: number): void {
    if ((nowMs - this.bornMs) % flushEveryMs !== 0) return
    for (const { timesMs } of this.clusters.values()) timesMs.flush()
    for (const times of this.requestTimes.values()) times.flush()
  }

  /** The stream over which the control plane configures a sidecar: opened once, answered once, never ended. */
  #subscribe(): void {
    const stream = this.cluster('osm-controller')
    stream.open()
    stream.count('upstream_rq_total')
    stream.answered('200')
    stream.sent(2_400)
    stream.received(31_000)
  }
}

const partyName = (side: string, { namespace, kind, name, pod }: Party): string =>
  `${side}_namespace.${namespace}.${side}_kind.${kind}.${side}_name.${name}.${side}_pod.${pod}`
