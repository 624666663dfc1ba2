import { readFileSync } from 'node:fs'
import type { PodIdentity, Target } from '../../../src/model/target.ts'
import { statPrefix, type Release } from './rules.ts'

/** A made-up pod: who it is, where it listens, and what it prints. */
export interface PrintingPod {
  readonly pod: PodIdentity
  readonly kind: Target['kind']
  readonly path: string
  readonly page: string
}

const fixture = (file: string) => readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8')

const clusters = [
  'store/bookstore',
  'store/bookstore-local',
  'store/bookstore-v1|14001',
  'store/bookstore-v1|14001|local',
  'osm-controller',
  'passthrough-outbound',
  'envoy-metrics-cluster',
  'httpbin_org_80',
  '5432',
  'ratelimiter|8081',
  'app_liveness_cluster',
  'quoted \\"name\\" with \\\\ and {braces}',
]

const statistics =
  'rq_total rq_timeout rq_tx_reset rq_rx_reset rq_retry rq_retry_limit_exceeded rq_pending_overflow cx_active cx_total cx_connect_fail'
    .concat(' cx_connect_timeout cx_tx_bytes_total rq_total_extra')
    .split(' ')

/** Every form of cluster, kept and dropped families, and what can go wrong with labels. */
function nativePage(): string {
  let value = 0
  const lines = ['# TYPE envoy_server_live gauge', 'envoy_server_live{} 1', '# TYPE envoy_server_uptime gauge', 'envoy_server_uptime{} 90']
  for (const statistic of statistics) {
    const family = `envoy_cluster_upstream_${statistic}`
    lines.push(`# TYPE ${family} ${statistic === 'cx_active' ? 'gauge' : 'counter'}`)
    for (const cluster of clusters) lines.push(`${family}{envoy_cluster_name="${cluster}"} ${++value}`)
  }
  for (const code of ['2', '4', '5'])
    lines.push(`envoy_cluster_upstream_rq_xx{envoy_response_code_class="${code}",envoy_cluster_name="5432"} ${++value}`)
  lines.push(
    '# TYPE envoy_cluster_upstream_rq_time histogram',
    'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="5432",le="1"} 1',
    'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="5432",le="+Inf"} 1',
    'envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="5432"} 0.7',
    'envoy_cluster_upstream_rq_time_count{envoy_cluster_name="5432"} 1',
    '# TYPE envoy_cluster_health_check_attempt counter',
    'envoy_cluster_health_check_attempt{envoy_cluster_name="5432",empty=""} 6',
    'envoy_cluster_health_check_success{envoy_cluster_name="5432",source_namespace="own",instance="own",job="own"} 6.5e3',
    'envoy_cluster_health_check_failure{envoy_cluster_name="5432"} 7',
    'envoy_cluster_health_check_failure{envoy_cluster_name="5432"} 8',
    '# TYPE envoy_cluster_mysql_3306_upstream_cx_active gauge',
    'envoy_cluster_mysql_3306_upstream_cx_active{envoy_cluster_name="db/mysql-0"} 9',
  )
  return `${lines.join('\n')}\n`
}

type Peer = readonly [namespace: string, kind: string, name: string, pod: string]

const side = (word: string, peer: Peer) => ['namespace', 'kind', 'name', 'pod'].map((fact, i) => `${word}_${fact}_${peer[i]}`).join('_')
const caller: Peer = ['my_shop', 'Deployment', 'my_sql_v8', 'my_sql_v8_66d5_abcde']
const called: readonly Peer[] = [
  ['store', 'Deployment', 'bookstore_v1', 'bookstore_v1_5c8f_9mz4t'],
  ['store', 'ReplicaSet', 'standalone', 'standalone_x'],
  ['unknown', 'unknown', 'unknown', 'unknown'],
  ['', '', '', ''],
  ['x_destination_kind_y', 'Deployment', 'a_destination_name_b', '_'],
]

function requestStatsPage(prefix: string): string {
  const lines = ['# TYPE envoy_server_live gauge', 'envoy_server_live{} 1']
  for (const [i, peer] of called.entries()) {
    const peers = `${side('source', caller)}_${side('destination', peer)}`
    const total = (code: string) => `${prefix}response_code_${code}_${peers}_osm_request_total`
    for (const code of ['200', '503']) lines.push(`# TYPE ${total(code)} counter`, `${total(code)}{} ${i + 1}`)
    const duration = `${prefix}${peers}_osm_request_duration_ms`
    lines.push(`# TYPE ${duration} histogram`)
    for (const le of ['0.5', '1', '25', '+Inf']) lines.push(`${duration}_bucket{le="${le}"} ${i + 2}`)
    lines.push(`${duration}_sum{} 12.25`, `${duration}_count{} ${i + 2}`)
  }
  return `${lines.join('\n')}\n`
}

/** A statistic whose name OSM's rules cannot read: no response code came. */
const unreadable = (release: Release): string =>
  `${statPrefix[release]}response_code__${side('source', caller)}_${side('destination', ['a', 'b', 'c', 'd'])}_osm_request_total{} 77\n`

const controlPlanePage = `# TYPE osm_proxy_connect_count gauge
osm_proxy_connect_count 4
# TYPE osm_admission_webhook_response_total counter
osm_admission_webhook_response_total{kind="Pod",success="true"} 3
# TYPE osm_cert_issued_time histogram
osm_cert_issued_time_bucket{le="0.1"} 2
osm_cert_issued_time_bucket{le="+Inf"} 2
osm_cert_issued_time_sum 0.0041234567890123
osm_cert_issued_time_count 2
# TYPE go_goroutines gauge
go_goroutines 80
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 3.5
`

/** Real pages of today's Envoys have WASM statistics without `envoy_`; older ones printed the same with it. */
const realPage = (file: string, prefix: string) =>
  fixture(file).replaceAll(/^(# TYPE )?(?=response_code_|source_namespace_)/gm, (found) => found + prefix)

/** Every kind of owner, of name and of page. */
export function printingPods(release: Release): PrintingPod[] {
  const prefix = statPrefix[release]
  const sidecar = (path: string, page: string, facts: { readonly app?: string; readonly owner?: string } = {}): PrintingPod => {
    const [namespace = '', name = ''] = path.split('/')
    const [kind = '', owner] = facts.owner?.split('/') ?? []
    const pod = {
      namespace,
      name,
      uid: path,
      ...(facts.app !== undefined && { app: facts.app }),
      ...(owner && { controller: { kind, name: owner } }),
    }
    return { pod, kind: 'sidecar', path: '/stats/prometheus', page }
  }
  const native = nativePage()
  const controller = sidecar('osm-system/osm-controller-5d5b-7xk2p', controlPlanePage, {
    app: 'osm-controller',
    owner: 'ReplicaSet/osm-controller-5d5b',
  })
  return [
    sidecar('my-shop/my.sql-v8-66d5-abcde', requestStatsPage(prefix) + unreadable(release), {
      app: 'mysql',
      owner: 'ReplicaSet/my.sql-v8-66d5',
    }),
    sidecar('store/bookstore-v1-5c8f-9mz4t', native, { app: 'bookstore', owner: 'ReplicaSet/bookstore-v1-5c8f' }),
    sidecar('store/standalone-x', native, { app: 'standalone', owner: 'ReplicaSet/standalone' }),
    sidecar('store/no-app', native, { owner: 'DaemonSet/node-agent' }),
    sidecar('store/empty-app', native, { app: '', owner: 'StatefulSet/web.v1' }),
    sidecar('store/web-v1-0', native, { app: 'web', owner: 'StatefulSet/web-v1' }),
    sidecar('jobs/backup-28371-q7', native, { app: 'backup', owner: 'Job/backup-28371' }),
    sidecar('jobs/bare', native, { app: 'bare' }),
    sidecar('bookbuyer/bookbuyer-7d4cdc5f9b-kx2wp', realPage('v1.40.0-wasm/bookbuyer-default.prom', prefix), {
      app: 'bookbuyer',
      owner: 'ReplicaSet/bookbuyer-7d4cdc5f9b',
    }),
    sidecar('bookwarehouse/bookwarehouse-1', realPage('v1.40.0-wasm/bookwarehouse-default.prom', prefix), {
      owner: 'Rollout/bookwarehouse',
    }),
    sidecar('bookbuyer/bookbuyer-old', fixture('v1.36.2-plain/bookbuyer-default.prom'), {
      app: 'bookbuyer',
      owner: 'ReplicaSet/bookbuyer-old-1',
    }),
    { ...controller, kind: 'control-plane', path: '/metrics' },
  ]
}
