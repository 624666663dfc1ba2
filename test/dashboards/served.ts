import { kpis } from '../../src/aggregate/kpis.ts'
import { metricCatalogue } from '../../src/catalogue.ts'
import type { Cluster } from '../../src/model/cluster.ts'
import { edgeLabels, workloadLabels } from '../../src/model/edge.ts'
import { eventsTotal } from '../../src/telemetry/events.ts'
import { Metrics } from '../../src/telemetry/metrics.ts'

/** The labels that a metric's series can have, by the metric's name; a histogram stands there as its three. */
export type Served = ReadonlyMap<string, ReadonlySet<string>>

const source = { namespace: 'a', service: 'b', workload: 'c', workloadKind: 'd' }
const cluster = { kind: 'service', namespace: 'a', service: 'b', port: '80' } as const satisfies Omit<Cluster, 'local'>
const ofClusters = [true, false].flatMap((local) => Object.keys(edgeLabels(source, { ...cluster, local })))
const wasmLabels = ['source', 'destination'].flatMap((end) => ['namespace', 'name', 'kind'].map((fact) => [`${end}_${fact}`, 'x']))
const ofWorkloads = Object.keys(workloadLabels(Object.fromEntries(wasmLabels) as Record<string, string>))

function entries(name: string, type: string, labels: readonly string[]): (readonly [string, ReadonlySet<string>])[] {
  if (type !== 'histogram') return [[name, new Set(labels)]]
  return [[`${name}_bucket`, new Set([...labels, 'le'])], ...['sum', 'count'].map((part) => [`${name}_${part}`, new Set(labels)] as const)]
}

/** `/metrics/edges`. */
export const servedOfMesh: Served = new Map(
  kpis.flatMap(({ name, type, of, furtherLabel }) =>
    entries(name, type, [...(of === 'cluster' ? ofClusters : ofWorkloads), ...(furtherLabel ? [furtherLabel] : [])]),
  ),
)

/** What Prometheus adds to everything that it scrapes. */
const byPrometheus = ['job', 'instance']
const declared = [...metricCatalogue, eventsTotal]

/** `/metrics`: what the rooms declare. */
export const servedOfCollector: Served = new Map(
  declared.flatMap(({ name, type, labels = [] }) => entries(name, type, [...labels, ...byPrometheus])),
)

/** `/metrics`: what every Node program shows; its further labels are not ours to know. */
export const servedOfProcess: Served = new Map(
  new Metrics([]).registry.getMetricsAsArray().map(({ name }) => [name, new Set(byPrometheus)]),
)
