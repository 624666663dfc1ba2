/**
 * The two jobs of OSM's own Prometheus that look at pods, with the rules that they follow. Source of the facts: openservicemesh/osm,
 * charts/osm/templates/prometheus-configmap.yaml, release-v1.1 and release-v1.2.
 */

interface Rule {
  readonly source_labels?: readonly string[]
  readonly regex?: string
  readonly action?: 'keep' | 'labelmap' | 'replace'
  readonly target_label?: string
  readonly replacement?: string
}

export type Release = 'v1.1' | 'v1.2'

/** Old Envoys print WASM statistics with `envoy_` in front, which is what v1.1 expects; v1.2 expects them without. */
export const statPrefix = { 'v1.1': 'envoy_', 'v1.2': '' } as const satisfies Record<Release, string>

const pod = (fact: string) => `__meta_kubernetes_pod_${fact}`

const whichPods: readonly Rule[] = [
  { source_labels: [pod('annotation_prometheus_io_scrape')], action: 'keep', regex: 'true' },
  { source_labels: [pod('annotation_prometheus_io_path')], regex: '(.+)', target_label: '__metrics_path__' },
  {
    source_labels: ['__address__', pod('annotation_prometheus_io_port')],
    regex: String.raw`([^:]+)(?::\d+)?;(\d+)`,
    replacement: '$1:$2',
    target_label: '__address__',
  },
]

const whoCalls: readonly Rule[] = [
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'source_namespace' },
  { source_labels: [pod('name')], target_label: 'source_pod_name' },
  { action: 'labelmap', regex: `(${pod('label_app')})`, replacement: 'source_service' },
  { source_labels: [pod('controller_kind')], target_label: 'source_workload_kind' },
  { source_labels: [pod('controller_name')], target_label: 'source_workload_name' },
  { source_labels: [pod('controller_kind')], regex: '^ReplicaSet$', target_label: 'source_workload_kind', replacement: 'Deployment' },
  {
    source_labels: [pod('controller_kind'), pod('controller_name')],
    regex: '^ReplicaSet;(.*)-[^-]+$',
    target_label: 'source_workload_name',
  },
]

const keptOfCluster = 'rq_xx cx_active cx_tx_bytes_total cx_rx_bytes_total rq_total cx_destroy_remote_with_active_rq cx_connect_timeout'
  .concat(' cx_destroy_local_with_active_rq rq_pending_failure_eject rq_pending_overflow rq_timeout rq_rx_reset')
  .split(' ')
  .map((statistic) => `envoy_cluster_upstream_${statistic}`)

/** Expressions of what is kept of a sidecar's page. */
export function familiesKept(release: Release): readonly string[] {
  const retries = release === 'v1.2' ? ['envoy_cluster_upstream_rq_retry.*'] : []
  return ['envoy_server_live', 'envoy_cluster_health_check_.*', ...keptOfCluster, ...retries, '^osm.*']
}

export const kept = (release: Release): Rule => ({
  source_labels: ['__name__'],
  action: 'keep',
  regex: `(${familiesKept(release).join('|')})`,
})

const peers = ['source', 'destination'].flatMap((side) => ['namespace', 'kind', 'name', 'pod'].map((fact) => `${side}_${fact}`))

/** One rule per label: the same expression, with the parentheses around that label's value. */
function labelRules(prefix: string, front: string, end: string): Rule[] {
  const chain = (wanted: string) => peers.map((label) => `${label}_${label === wanted ? '(.*)' : '.*'}`).join('_')
  return peers.map((label) => ({ source_labels: ['__name__'], regex: `${prefix}${front}${chain(label)}_${end}`, target_label: label }))
}

function requestStats(release: Release): Rule[] {
  const prefix = statPrefix[release]
  const duration = 'osm_request_duration_ms_(?:bucket|sum|count)'
  const anyPeers = peers.map((label) => `${label}_.*`).join('_')
  const code: Rule = {
    source_labels: ['__name__'],
    regex: `${prefix}response_code_(\\d{3})_${anyPeers}_osm_request_total`,
    target_label: 'response_code',
  }
  return [
    { source_labels: ['__name__'], action: 'keep', regex: `${prefix}.*osm_request_(total|duration_ms_(bucket|count|sum))` },
    code,
    ...labelRules(prefix, String.raw`response_code_\d{3}_`, 'osm_request_total'),
    { source_labels: ['__name__'], regex: '.*(osm_request_total)', target_label: '__name__' },
    ...labelRules(prefix, '', duration),
    { source_labels: ['__name__'], regex: `.*(${duration.replace('?:', '')})`, target_label: '__name__', replacement: '$1' },
  ]
}

/** Prometheus' configuration file; the pods come from a file instead of Kubernetes, under the same `__meta_` labels. */
export function configuration(release: Release, podsFile: string): object {
  const discovery = { file_sd_configs: [{ files: [podsFile] }] }
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [
      { job_name: 'kubernetes-pods', ...discovery, relabel_configs: [...whichPods, ...whoCalls], metric_relabel_configs: [kept(release)] },
      { job_name: 'smi-metrics', ...discovery, relabel_configs: whichPods, metric_relabel_configs: requestStats(release) },
    ],
  }
}
