import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { DemoMesh } from '../../../src/demo/mesh.ts'
import type { PrometheusServer } from '../prometheus/server.ts'
import { type caller, perSecond } from './extra-pages.ts'

type Caller = ReturnType<typeof caller>

export interface Scene {
  readonly mesh: DemoMesh
  readonly restored: PrometheusServer
  readonly underscore: PrometheusServer
  readonly healthy: Caller
  readonly old: Caller
  readonly failing: Caller
}

/** For the last scrapes of both hops. */
const settleWithinMs = 30_000

const under = (text: string) => text.replace(/[^a-zA-Z0-9_]/g, '_')

/** Flagger's two queries. Source: fluxcd/flagger pkg/metrics/observers/osm.go. It asks with the names that Kubernetes knows. */
function flagger(namespace: string, name: string) {
  const selector = `destination_namespace="${namespace}",destination_kind="Deployment",destination_name="${name}"`
  return {
    success: `sum(rate(osm_request_total{${selector},response_code!~"5.*"}[1m])) / sum(rate(osm_request_total{${selector}}[1m])) * 100`,
    durationMs: `histogram_quantile(0.99, sum(rate(osm_request_duration_ms_bucket{${selector}}[1m])) by (le))`,
  }
}

/** What is wrong with the answers to Flagger and to OSM's end-to-end tests. */
export async function askTests(scene: Scene): Promise<string[]> {
  return [...(await askFlagger(scene)), ...(await askEndToEnd(scene))]
}

async function askFlagger({ restored, underscore, healthy, old, failing }: Scene): Promise<string[]> {
  const wrong: string[] = []
  const expect = async (server: PrometheusServer, what: string, query: string, holds: (values: readonly number[]) => boolean) => {
    const values = (await server.query(query)).map(({ value }) => value)
    if (!holds(values)) wrong.push(`${what}: ${query} gives ${values.join() || 'nothing'}`)
  }
  const is = (wanted: number) => (values: readonly number[]) => values.length === 1 && Math.abs((values[0] ?? Number.NaN) - wanted) < 0.5
  for (const [each, share] of [
    [healthy, 100],
    [old, 100],
    [failing, 0],
  ] as const) {
    const { namespace, name } = each.destination
    const real = flagger(namespace, name)
    const underscored = flagger(under(namespace), under(name))
    await expect(restored, 'Flagger', real.success, is(share))
    await expect(restored, 'Flagger', real.durationMs, is(4.95))
    await expect(underscore, 'Flagger with underscores in its query', underscored.success, is(share))
    await expect(underscore, 'Flagger must find nothing under relabel.wasmNames: underscore', real.success, (values) => values.length === 0)
  }
  const demo = flagger('bookstore', 'bookstore-v2')
  await expect(restored, 'Flagger', demo.success, ([value = 0]) => value > 50 && value < 100)
  await expect(restored, 'Flagger', demo.durationMs, ([value = 0]) => value > 10 && value < 1_000)
  return wrong
}

/** Source: openservicemesh/osm tests/e2e/e2e_metrics_test.go and tests/framework/common_metrics.go. */
async function askEndToEnd({ restored, underscore, healthy, old }: Scene): Promise<string[]> {
  const wrong: string[] = []
  for (const [{ name: pod, app, destination: to }, names, server] of [
    [healthy, under, underscore],
    [old, under, underscore],
    [healthy, String, restored],
    [old, String, restored],
  ] as const) {
    const labels = {
      source_namespace: names('web-shop'),
      source_kind: 'Deployment',
      source_name: names(app),
      source_pod: names(pod),
      destination_namespace: names(to.namespace),
      destination_kind: 'Deployment',
      destination_name: names(to.name),
      destination_pod: names(to.pod),
    }
    const selector = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
    for (const series of [
      `osm_request_total{response_code="200",${selector.join()}}`,
      `osm_request_duration_ms_bucket{le="+Inf",${selector.join()}}`,
    ]) {
      const found = await server.query(`max_over_time(${series}[10s])`)
      const [least, rate] = [perSecond * 5, await server.query(`rate(${series}[15s])`)]
      if (found.length !== 1 || (found[0]?.value ?? 0) < least) wrong.push(`end to end: ${series} is ${found[0]?.value ?? 'missing'}`)
      if (Math.abs((rate[0]?.value ?? 0) / perSecond - 1) > 0.15)
        wrong.push(`end to end: ${series} grows by ${rate[0]?.value ?? 'nothing'}/s`)
    }
  }
  const pods = await restored.query('sum by (source_pod_name) (osm_k8s_api_event_count{type="pod-added"})')
  if (pods.length !== 1 || (pods[0]?.value ?? 0) < 8) wrong.push(`end to end: pods that the controller saw: ${JSON.stringify(pods)}`)
  const apps = await restored.labelValues('source_service', '{__name__=~"osm_.*",source_namespace="osm-system"}')
  if (apps.toSorted(byText).join() !== 'osm-bootstrap,osm-controller,osm-injector') wrong.push(`control plane: series of ${apps.join()}`)
  return wrong
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

/** Traffic rests; what the demo knows of its requests must stand in Prometheus, by class and by code. */
export async function countsOf({ mesh, restored }: Scene): Promise<string[]> {
  const rows = mesh.truth()
  const sum = (entries: readonly (readonly [string, number])[]) => {
    const sums = new Map<string, number>()
    for (const [key, value] of entries) if (value > 0) sums.set(key, (sums.get(key) ?? 0) + value)
    return Object.fromEntries([...sums].sort(([a], [b]) => byText(a, b)))
  }
  const really = {
    classes: sum(rows.map(({ source, cluster, code, requests }) => [`${source.workload} ${cluster} ${code.charAt(0)}`, requests])),
    codes: sum(rows.map(({ source, cluster, code, requests }) => [`${source.workload} ${cluster.replace(/\|.*/, '')} ${code}`, requests])),
  }
  const shown = async () => ({
    classes: sum(
      (await restored.query('envoy_cluster_upstream_rq_xx{source_namespace=~"book.*",envoy_cluster_name=~"book[^|]*[|][0-9]+"}')).map(
        ({ labels: { source_workload_name: from, envoy_cluster_name: to, envoy_response_code_class: code }, value }) =>
          [`${from} ${to} ${code}`, value] as const,
      ),
    ),
    codes: sum(
      (await restored.query('osm_request_total{source_namespace=~"book.*"}')).map(
        ({ labels: { source_name, destination_namespace, destination_name, response_code }, value }) =>
          [`${source_name} ${destination_namespace}/${destination_name} ${response_code}`, value] as const,
      ),
    ),
  })
  const endMs = performance.now() + settleWithinMs
  let last = await shown()
  while (!isDeepStrictEqual(last, really)) {
    if (performance.now() > endMs) return [`counted ${JSON.stringify(last)}, really ${JSON.stringify(really)}`]
    await pause(250)
    last = await shown()
  }
  return []
}
