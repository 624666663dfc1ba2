import { type ClusterFigures, counterNames } from './cluster-figures.ts'
import type { Histogram } from './histogram.ts'
import type { Sidecar } from './sidecar.ts'
import type { TracerFigures } from './tracer.ts'

/** One of Envoy's statistics, as it is inside Envoy. */
export interface Statistic {
  /** The whole dotted name, which `?filter=` matches: `cluster.bookstore/bookstore-v1|14001.upstream_rq_200`. */
  readonly raw: string
  /** The dotted name without what became a label: `cluster.upstream_rq`. */
  readonly family: string
  /** `name="value"`, in Envoy's order. */
  readonly labels: readonly string[]
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly value: number | Histogram
}

/** Statistics of a cluster that stand still here, and of which most nobody wants: real pages hold about 150 of them. */
const idleCounters = `assignment_stale assignment_timeout_received assignment_use_cached bind_errors http1.dropped_headers_with_underscores
  http1.response_flood lb_healthy_panic lb_local_cluster_not_ok lb_recalculate_zone_structures lb_subsets_created lb_subsets_fallback
  lb_subsets_selected lb_zone_cluster_too_small lb_zone_routing_all_directly original_dst_host_invalid retry_or_shadow_abandoned update_empty
  update_failure update_no_rebuild upstream_cx_close_notify upstream_cx_connect_attempts_exceeded upstream_cx_http3_total
  upstream_cx_max_requests upstream_cx_none_healthy upstream_cx_overflow upstream_cx_pool_overflow upstream_cx_protocol_error
  upstream_flow_control_backed_up_total upstream_flow_control_drained_total upstream_flow_control_paused_reading_total
  upstream_flow_control_resumed_reading_total upstream_internal_redirect_failed_total upstream_rq_cancelled upstream_rq_maintenance_mode
  upstream_rq_max_duration_reached upstream_rq_per_try_timeout upstream_rq_retry upstream_rq_retry_backoff_exponential
  upstream_rq_retry_backoff_ratelimited upstream_rq_retry_limit_exceeded upstream_rq_retry_overflow upstream_rq_retry_success
  upstream_rq_rx_reset_no_error`.split(/\s+/)

const idleGauges = `circuit_breakers.default.cx_open circuit_breakers.default.rq_open circuit_breakers.default.rq_pending_open
  circuit_breakers.default.rq_retry_open circuit_breakers.high.cx_open circuit_breakers.high.rq_open lb_subsets_active membership_degraded
  membership_excluded upstream_cx_tx_bytes_buffered upstream_queue_overloaded upstream_rq_active upstream_rq_pending_active version
  warming_state`.split(/\s+/)

/** All that one sidecar has to tell. */
export function statisticsOf(sidecar: Sidecar, nowMs: number): Statistic[] {
  return [
    ...[...sidecar.clusters.values()].flatMap(clusterStatistics),
    ...serverStatistics(sidecar, nowMs),
    ...[...sidecar.requestTotals].map(([raw, value]) => plain(raw, 'counter', value)),
    ...[...sidecar.requestTimes].map(([raw, times]) => plain(raw, 'histogram', times)),
  ]
}

const plain = (raw: string, type: Statistic['type'], value: Statistic['value']): Statistic => ({
  raw,
  family: raw,
  labels: [],
  type,
  value,
})

function clusterStatistics(figures: ClusterFigures): Statistic[] {
  const { name } = figures
  const labels = [`envoy_cluster_name="${name}"`]
  const entry = (type: Statistic['type']) => (statistic: string, value: Statistic['value']) =>
    ({ raw: `cluster.${name}.${statistic}`, family: `cluster.${statistic}`, labels, type, value }) satisfies Statistic
  const [counter, gauge, histogram] = [entry('counter'), entry('gauge'), entry('histogram')]
  const answered = figures.codes.size > 0
  return [
    ...counterNames.map((statistic) => counter(statistic, figures.value(statistic))),
    ...idleCounters.map((statistic) => counter(statistic, 0)),
    ...['default.total_match_count', 'membership_change', 'update_attempt', 'update_success'].map((statistic) => counter(statistic, 1)),
    counter('upstream_rq_completed', sum(figures.codes.values())),
    gauge('upstream_cx_active', figures.active),
    ...['max_host_weight', 'membership_healthy', 'membership_total'].map((statistic) => gauge(statistic, 1)),
    ...idleGauges.map((statistic) => gauge(statistic, 0)),
    ...codeStatistics(figures, ''),
    // Envoy begins to show answers and their times with the first one.
    ...(answered
      ? [...codeStatistics(figures, `${figures.origin}.`), counter(`${figures.origin}.upstream_rq_completed`, sum(figures.codes.values()))]
      : []),
    ...(figures.timesMs.count > 0 || answered
      ? ['', `${figures.origin}.`].map((doubled) => histogram(`${doubled}upstream_rq_time`, figures.timesMs))
      : []),
  ]
}

/** Answers by code and by class; `doubled` is the segment under which Envoy says them a second time. */
function codeStatistics({ name, codes }: ClusterFigures, doubled: string): Statistic[] {
  const cluster = `envoy_cluster_name="${name}"`
  const classes = new Map<string, number>()
  for (const [code, value] of codes) classes.set(code.charAt(0), (classes.get(code.charAt(0)) ?? 0) + value)
  const entry = (raw: string, family: string, label: string) => ({
    raw: `cluster.${name}.${doubled}${raw}`,
    family: `cluster.${doubled}${family}`,
    labels: [label, cluster],
    type: 'counter' as const,
  })
  return [
    ...[...codes].map(([code, value]) => ({ ...entry(`upstream_rq_${code}`, 'upstream_rq', `envoy_response_code="${code}"`), value })),
    ...[...classes].map(([first, value]) => ({
      ...entry(`upstream_rq_${first}xx`, 'upstream_rq_xx', `envoy_response_code_class="${first}"`),
      value,
    })),
  ]
}

function serverStatistics(sidecar: Sidecar, nowMs: number): Statistic[] {
  const gauges = {
    'cluster_manager.active_clusters': sidecar.clusters.size,
    'cluster_manager.warming_clusters': 0,
    'listener_manager.total_listeners_active': 3,
    'listener_manager.workers_started': 1,
    'server.concurrency': 1,
    'server.days_until_first_cert_expiring': 0,
    'server.hot_restart_epoch': 0,
    'server.hot_restart_generation': 1,
    'server.live': 1,
    'server.memory_allocated': 7_114_208,
    'server.memory_heap_size': 12_582_912,
    'server.parent_connections': 0,
    'server.state': 0,
    'server.total_connections': sum([...sidecar.clusters.values()].map(({ active }) => active)),
    'server.uptime': sidecar.uptimeSeconds(nowMs),
    'server.version': 10_376_576,
  }
  const counters = {
    'cluster_manager.cluster_added': sidecar.clusters.size,
    'listener_manager.listener_added': 3,
    'listener_manager.listener_create_success': 3,
    'server.dropped_stat_flushes': 0,
    'server.envoy_bug_failures': 0,
    ...tracerCounters(sidecar.tracer.figures),
  }
  return [
    ...Object.entries(gauges).map(([raw, value]) => plain(raw, 'gauge', value)),
    ...Object.entries(counters).map(([raw, value]) => plain(raw, 'counter', value)),
  ]
}

/** Source: envoyproxy/envoy, source/extensions/tracers/zipkin/zipkin_tracer_impl.h; pages of Envoy 1.40. */
const tracerCounters = ({ reportsDropped, reportsFailed, reportsSent, spansSent, timerFlushed }: TracerFigures) => ({
  'tracing.zipkin.reports_dropped': reportsDropped,
  'tracing.zipkin.reports_failed': reportsFailed,
  'tracing.zipkin.reports_sent': reportsSent,
  'tracing.zipkin.reports_skipped_no_cluster': 0,
  'tracing.zipkin.spans_sent': spansSent,
  'tracing.zipkin.timer_flushed': timerFlushed,
})

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
