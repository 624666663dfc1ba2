import fc from 'fast-check'
import { Mesh } from '../support/mesh.ts'

/** What a sidecar has counted towards one destination. */
export interface Counted {
  readonly ok: number
  readonly failed: number
  /** Answers within 10 ms, within 100 ms, and all. */
  readonly times: readonly [number, number, number]
  readonly opened: number
  readonly bytes: number
}

export const nothing: Counted = { ok: 0, failed: 0, times: [0, 0, 0], opened: 0, bytes: 0 }

export const plus = (a: Counted, b: Counted): Counted => ({
  ok: a.ok + b.ok,
  failed: a.failed + b.failed,
  times: [a.times[0] + b.times[0], a.times[1] + b.times[1], a.times[2] + b.times[2]],
  opened: a.opened + b.opened,
  bytes: a.bytes + b.bytes,
})

export function pageOf(clusters: ReadonlyMap<string, Counted>, bounds: readonly string[] = ['10', '100', '+Inf']): string {
  const family = (type: string, name: string, lines: (cluster: string, counted: Counted) => readonly string[]) => [
    `# TYPE envoy_cluster_upstream_${name} ${type}`,
    ...[...clusters].flatMap(([cluster, counted]) => lines(`envoy_cluster_name="${cluster}"`, counted)),
  ]
  return [
    ...family('counter', 'rq', (cluster, { ok, failed }) => [
      `envoy_cluster_upstream_rq{envoy_response_code="200",${cluster}} ${ok}`,
      `envoy_cluster_upstream_rq{envoy_response_code="503",${cluster}} ${failed}`,
    ]),
    ...family('histogram', 'rq_time', (cluster, { times }) => [
      ...bounds.map((le, i) => `envoy_cluster_upstream_rq_time_bucket{le="${le}",${cluster}} ${times[le === '+Inf' ? 2 : i]}`),
      `envoy_cluster_upstream_rq_time_sum{${cluster}} ${times[2] * 8}`,
      `envoy_cluster_upstream_rq_time_count{${cluster}} ${times[2]}`,
    ]),
    ...family('counter', 'cx_total', (cluster, { opened }) => [`envoy_cluster_upstream_cx_total{${cluster}} ${opened}`]),
    ...family('gauge', 'cx_active', (cluster, { opened }) => [`envoy_cluster_upstream_cx_active{${cluster}} ${opened % 7}`]),
    ...family('counter', 'cx_tx_bytes_total', (cluster, { bytes }) => [`envoy_cluster_upstream_cx_tx_bytes_total{${cluster}} ${bytes}`]),
  ].join('\n')
}

/** A pod of a service, of one of its versions: a workload each. */
export const podOf = (app: string, version: string) => ({
  pod: { namespace: app, app, controller: { kind: 'ReplicaSet', name: `${app}-${version}-5d7c` } },
})

const clusters = ['shop/till|80', 'shop/till|90', 'bank/till|80', 'osm-controller', 'bookbuyer/bookbuyer|80|local']
const happened = fc
  .record({ ok: fc.nat(50), failed: fc.nat(5), fast: fc.nat(40), slow: fc.nat(40), lost: fc.nat(9), opened: fc.nat(9), bytes: fc.nat(1e6) })
  .map(({ fast, slow, lost, ...rest }): Counted => ({ ...rest, times: [fast, fast + slow, fast + slow + lost] }))
export const step = fc.record({
  app: fc.constantFrom('bookbuyer', 'bookthief'),
  version: fc.constantFrom('v1', 'v2'),
  cluster: fc.constantFrom(...clusters),
  happened,
  ms: fc.constantFrom(1_000, 10_000, 45_000),
})

/** A mesh in which all of that has happened, one after the other. */
function meshOf(steps: readonly { app: string; version: string; cluster: string; happened: Counted; ms: number }[]): Mesh {
  const mesh = new Mesh()
  const pods = new Map<string, Map<string, Counted>>()
  for (const { app, version, cluster, happened: more, ms } of steps) {
    const name = `${app}-${version}`
    const counted = pods.get(name) ?? new Map<string, Counted>()
    pods.set(name, counted.set(cluster, plus(counted.get(cluster) ?? nothing, more)))
    mesh.scrape(name, pageOf(counted), podOf(app, version)).commit().advance(ms)
  }
  return mesh.commit()
}

export const meshes = fc.array(step, { minLength: 1, maxLength: 25 }).map(meshOf)
