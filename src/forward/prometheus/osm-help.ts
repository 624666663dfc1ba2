/** What the sidecars' statistics say. Source: Envoy, docs/root/configuration/upstream/cluster_manager/cluster_stats.rst, in our words. */
const clusterHelp: Readonly<Record<string, string>> = {
  upstream_rq: 'Requests to the cluster, by response code.',
  upstream_rq_xx: 'Requests to the cluster, by class of response code.',
  upstream_rq_total: 'Requests to the cluster, begun.',
  upstream_rq_time: 'Time until the response of the cluster was complete, in milliseconds.',
  upstream_rq_timeout: 'Requests to the cluster that ran out of time.',
  upstream_rq_rx_reset: 'Requests to the cluster that the other side reset.',
  upstream_rq_tx_reset: 'Requests to the cluster that this side reset.',
  upstream_rq_pending_overflow: 'Requests to the cluster that were refused because too many waited.',
  upstream_rq_pending_failure_eject: 'Requests to the cluster that failed while they waited for a connection.',
  upstream_cx_total: 'Connections to the cluster, opened.',
  upstream_cx_active: 'Connections to the cluster that are open now.',
  upstream_cx_connect_fail: 'Connections to the cluster that could not be made.',
  upstream_cx_connect_timeout: 'Connections to the cluster that were not made in time.',
  upstream_cx_destroy_local_with_active_rq: 'Connections to the cluster that this side closed with requests on their way.',
  upstream_cx_destroy_remote_with_active_rq: 'Connections to the cluster that the other side closed with requests on their way.',
  upstream_cx_tx_bytes_total: 'Bytes sent to the cluster.',
  upstream_cx_rx_bytes_total: 'Bytes received from the cluster.',
}

const otherHelp: Readonly<Record<string, string>> = {
  envoy_server_live: 'Whether the sidecar takes requests: 1, or 0 while it drains.',
  sidecar_server_live: 'Whether the sidecar takes requests: 1, or 0 while it drains.',
  osm_request_total: 'Requests from workload to workload, by response code.',
  osm_request_duration_ms: 'Time that requests from workload to workload took, in milliseconds.',
}

/** One line for every family: what it says where we know it, else where it comes from. */
export function helpOf(family: string): string {
  const statistic = /^(?:envoy|sidecar)_cluster_(.+)$/.exec(family)?.[1]
  if (statistic) return clusterHelp[statistic] ?? `The sidecar's statistic ${statistic} of the cluster.`
  return otherHelp[family] ?? `${family} as its target prints it.`
}
