import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/aggregate/memory.ts'
import { osmPage } from '../../src/forward/prometheus/osm.ts'
import { forwardMetrics } from '../../src/forward/telemetry.ts'
import type { DialectName } from '../../src/model/dialect.ts'
import type { Sheet } from '../../src/model/sheet.ts'
import type { Target } from '../../src/model/target.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'
import { pino } from 'pino'
import { expectGoodPage } from '../contracts/pulled-page.ts'
import { shapeOf } from '../support/exposition.ts'

const readMs = 1_795_000_000_000

/** A target's page, of an endpoint without Kubernetes. */
function sheetOf(text: string, { id = 'a', instance = 'x:1', dialect = 'osm' as DialectName, atMs = readMs } = {}): Sheet {
  const { shape, values } = shapeOf(text)
  const url = new URL('http://127.0.0.1:15010/')
  const target: Target = { id, url, kind: 'sidecar', dialect, labels: { instance }, bornWatched: true, terminating: false }
  const relabeller = createRelabeller({ wasmNames: 'underscore' })
  const names = relabeller.names(target, shape)
  return { target, targetLabels: relabeller.labels(target), names, timestampMs: atMs, values, totals: values, memory: new Memory() }
}

/** `labels value` of one family's series, without what all of a target have in common. */
async function shown(family: string, sheets: readonly Sheet[]): Promise<string[]> {
  const telemetry = createTelemetry(pino({ enabled: false }), Object.values(forwardMetrics), [])
  const families = await expectGoodPage(osmPage(() => sheets, { telemetry }))
  const series = families.find(({ name }) => name === family)?.series ?? []
  return series.map(({ name, labels, value, timestampMs }) => {
    const { job: _, instance: __, ...own } = labels
    return `${name.slice(family.length)}${Object.values(own).join(' ')} ${value}${timestampMs === undefined ? '' : ' at its time'}`
  })
}

const classes = 'envoy_cluster_upstream_rq_xx'

const cluster = (name: string, answers: Readonly<Record<string, number>> = {}) =>
  [
    '# TYPE envoy_cluster_upstream_rq_total counter',
    `envoy_cluster_upstream_rq_total{envoy_cluster_name="${name}"} 9`,
    `# TYPE ${classes} counter`,
    ...Object.entries(answers).map(([code, n]) => `${classes}{envoy_response_code_class="${code}",envoy_cluster_name="${name}"} ${n}`),
    '',
  ].join('\n')

describe('zeros on /metrics/osm', () => {
  it('shows success and failure of a cluster before its first answer', async () => {
    expect(await shown(classes, [sheetOf(cluster('shop/till|80'))])).toEqual([
      'shop/till|80 2 0 at its time',
      'shop/till|80 5 0 at its time',
    ])
  })

  it('shows what the page has, and a zero only for what it lacks', async () => {
    expect(await shown(classes, [sheetOf(cluster('shop/till|80', { 2: 7, 4: 1 }))])).toEqual([
      'shop/till|80 2 7 at its time',
      'shop/till|80 4 1 at its time',
      'shop/till|80 5 0 at its time',
    ])
    expect(await shown(classes, [sheetOf(cluster('shop/till|80', { 2: 7, 5: 3 }))])).toEqual([
      'shop/till|80 2 7 at its time',
      'shop/till|80 5 3 at its time',
    ])
  })

  it.each([
    ['shop/till', true],
    ['shop/till|80|local', true],
    ['httpbin_org_80', true],
    ['osm-controller', true],
    ['envoy-metrics-cluster', false],
    ['envoy-tracing-cluster', false],
    ['passthrough-outbound', false],
    ['liveness_cluster', false],
    ['5432', false],
  ])('of the cluster %s: %s', async (name, has) => {
    expect(await shown(classes, [sheetOf(cluster(name))])).toHaveLength(has ? 2 : 0)
  })

  it('does so for Pipy too, whose classes carry who calls', async () => {
    const page = [
      'sidecar_cluster_upstream_rq_total{source_namespace="shop",sidecar_cluster_name="shop/till|80"} 3',
      'sidecar_cluster_upstream_rq_xx{source_namespace="shop",sidecar_response_code_class="2.04",sidecar_cluster_name="shop/till|80"} 3',
    ]
    expect(await shown(classes, [sheetOf(`${page.join('\n')}\n`, { dialect: 'osm-edge' })])).toEqual([
      'shop/till|80 2 shop 3 at its time',
      'shop/till|80 5 shop 0 at its time',
    ])
  })

  const request = (code: string, destination: string, n: number) =>
    `response_code_${code}_source_namespace_a_source_kind_Deployment_source_name_b_source_pod_c_destination_namespace_d_destination_kind_Deployment_destination_name_${destination}_destination_pod_f_osm_request_total{} ${n}\n`

  it('lets the share of success of a workload be 0 where every request failed', async () => {
    const found = await shown('osm_request_total', [sheetOf(request('503', 'till', 4))])
    expect(found.map((line) => line.replace(/^.*(\d{3}) a b.* (\d+ at.*)$/, '$1: $2'))).toEqual([
      expect.stringMatching(/\b503\b.* 4 at its time$/),
      expect.stringMatching(/\b200\b.* 0 at its time$/),
    ])
    expect(await shown('osm_request_total', [sheetOf(request('503', 'till', 4) + request('200', 'till', 5))])).toHaveLength(2)
    expect(await shown('osm_request_total', [sheetOf(request('503', 'unknown', 4))])).toHaveLength(1)
  })

  it('shows both outcomes of what a control plane divides by success, histograms whole', async () => {
    const page = [
      '# TYPE osm_admission_webhook_response_total counter',
      'osm_admission_webhook_response_total{kind="Pod",success="true"} 5',
      '# TYPE osm_proxy_config_update_time histogram',
      'osm_proxy_config_update_time_bucket{success="true",le="0.1"} 2',
      'osm_proxy_config_update_time_bucket{success="true",le="+Inf"} 3',
      'osm_proxy_config_update_time_sum{success="true"} 0.4',
      'osm_proxy_config_update_time_count{success="true"} 3',
    ]
    const sheets = [sheetOf(`${page.join('\n')}\n`)]
    expect(await shown('osm_admission_webhook_response_total', sheets)).toEqual(['Pod true 5 at its time', 'Pod false 0 at its time'])
    expect(await shown('osm_proxy_config_update_time', sheets)).toEqual([
      '_bucket0.1 true 2 at its time',
      '_bucket+Inf true 3 at its time',
      '_sumtrue 0.4 at its time',
      '_counttrue 3 at its time',
      '_bucket0.1 false 0 at its time',
      '_bucket+Inf false 0 at its time',
      '_sumfalse 0 at its time',
      '_countfalse 0 at its time',
    ])
  })

  it('hides no value behind the zero of another target that claims the same series', async () => {
    const [without, withFailures] = [sheetOf(cluster('shop/till|80'), { id: 'a' }), sheetOf(cluster('shop/till|80', { 5: 3 }), { id: 'b' })]
    expect(await shown(classes, [without, withFailures])).toEqual(['shop/till|80 2 0 at its time', 'shop/till|80 5 3 at its time'])
  })

  it('gives gauges no time: they end as soon as they are gone from the page', async () => {
    const page = '# TYPE envoy_cluster_upstream_cx_active gauge\nenvoy_cluster_upstream_cx_active{envoy_cluster_name="shop/till|80"} 2\n'
    expect(await shown('envoy_cluster_upstream_cx_active', [sheetOf(page)])).toEqual(['shop/till|80 2'])
  })
})
