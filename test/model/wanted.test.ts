import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wantedOfControlPlane, wantedOfSidecar } from '../../src/model/wanted.ts'

const osm = wantedOfSidecar('osm', { requestStats: true })
const plain = wantedOfSidecar('osm', { requestStats: false })

const rawNames = (kind: string): string[] =>
  readFileSync(new URL(`../fixtures/v1.40.0-${kind}/bookbuyer-admin-stats-raw-names.txt`, import.meta.url), 'utf8')
    .split('\n')
    .flatMap((line) => /^(.*?): /.exec(line)?.[1] ?? [])

/** The family that Envoy prints for a raw name: a cluster's name up to its first dot and the response code become labels. */
const printed = (raw: string): string => {
  const family = raw
    .replace(/^wasmcustom\./, '')
    .replace(/^cluster\.[^.]*\./, 'envoy_cluster_')
    .replace(/^server\./, 'envoy_server_')
    .replace(/(?<=upstream_rq)_\d(?=xx$)/, '_')
    .replace(/(?<=upstream_rq)_\d\d\d$/, '')
  return family.replaceAll(/[^a-zA-Z0-9_]/g, '_')
}

const asks = (wanted: typeof osm, raw: string): boolean => new RegExp(wanted.filter ?? '').test(raw)

describe("what is asked for by filter is what is taken of a page: a captured sidecar's", () => {
  it.each([
    ['plain', osm, 153],
    ['plain', plain, 153],
    ['wasm', osm, 171],
    ['wasm', plain, 153],
  ] as const)('%s statistics', (kind, wanted, count) => {
    const names = rawNames(kind)
    const asked = names.filter((raw) => asks(wanted, raw))
    expect(asked).toEqual(names.filter((raw) => wanted.takes(printed(raw))))
    expect(asked).toHaveLength(count)
  })

  it.each([
    ['cluster.bookstore/bookstore|14001|local.upstream_cx_active', true],
    ['cluster.bookstore/bookstore-local.upstream_rq_5xx', true],
    ['cluster.httpbin.org:80.upstream_rq_200', true],
    ['cluster.httpbin.org:80.external.upstream_rq_200', false],
    ['cluster.httpbin.org:80.canary.upstream_rq_time', false],
    ['cluster.httpbin.org:80.retry.upstream_rq_503', false],
    ['cluster.vault.internal:8200.upstream_rq_total', true],
    ['cluster.vault.internal:8200.internal.upstream_rq_200', false],
    ['cluster.metadata.google.internal:80.upstream_cx_tx_bytes_total', true],
    ['cluster.bookstore.bookstore.svc.cluster.global|14001.upstream_rq_time', true],
    ['cluster.team/svc.sub|80|local.upstream_rq_2xx', true],
    ['cluster.team/svc.sub|80|local.internal.upstream_rq_2xx', false],
    ['cluster.a.external.upstream_rq_2xx', false],
    ['cluster.a.upstream_rq_retry', true],
    ['cluster.a.upstream_rq_retry_limit_exceeded', true],
    ['cluster.a.health_check.attempt', true],
    ['cluster.httpbin.org:80.health_check.failure', true],
    ['cluster.a.upstream_rq_total_extra', false],
    ['cluster.a.upstream_rq_completed', false],
    ['cluster.a.upstream_rq_per_try_timeout', false],
    ['cluster.a.circuit_breakers.default.rq_retry_open', false],
    ['http.outbound.downstream_rq_total', false],
    ['server.live', true],
    ['server.live_connections', false],
    ['server.uptime', true],
    ['server.hot_restart_epoch', true],
  ])('%s: %s', (raw, wanted) => {
    expect([asks(osm, raw), osm.takes(printed(raw))]).toEqual([wanted, wanted])
  })
})

describe('the wanted set', () => {
  it('asks in words that the regular expressions of every Envoy know', () => {
    expect(osm.filter).not.toMatch(/\(\?|\\[1-9bdsw]|[*+?]\?|\s/)
  })

  it.each(['_bucket', '_sum', '_count', ''])('takes histograms with what stands behind their name: %s', (suffix) => {
    expect(osm.takes(`envoy_cluster_upstream_rq_time${suffix}`)).toBe(true)
    expect(osm.takes(`source_namespace_a_osm_request_duration_ms${suffix}`)).toBe(true)
  })

  it.each([
    'response_code_200_source_namespace_a_destination_pod__osm_request_total',
    'envoy_response_code_200_source_namespace_a_osm_request_total',
    'source_namespace_a_osm_request_duration_ms_bucket',
  ])('takes the WASM statistics by their end, unless they are off: %s', (name) => {
    expect([osm.takes(name), plain.takes(name)]).toEqual([true, false])
  })

  it('takes what Pipy prints under its own prefix, and sends it no filter', () => {
    const pipy = wantedOfSidecar('osm-edge', { requestStats: true })
    expect(['sidecar_cluster_upstream_rq_xx', 'sidecar_server_live', 'envoy_server_live'].map(pipy.takes)).toEqual([true, true, false])
    expect(pipy.filter).toBeUndefined()
    expect(pipy.live).toBe('sidecar_server_live')
  })

  it('takes all that a control plane says of itself', () => {
    const controlPlane = wantedOfControlPlane('osm')
    expect(['osm_k8s_api_event_count', 'osm_proxy_connect_count', 'go_goroutines'].map(controlPlane.takes)).toEqual([true, true, false])
  })

  it('has a version of its own for every way of asking', () => {
    const versions = [
      osm,
      plain,
      wantedOfSidecar('fsm', { requestStats: true }),
      wantedOfControlPlane('osm'),
      wantedOfControlPlane('fsm'),
    ].map(({ version }) => version)
    expect(new Set(versions).size).toBe(versions.length)
  })
})
