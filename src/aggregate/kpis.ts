import type { KpiInfo } from '../model/cell.ts'
import type { Labels } from '../model/labels.ts'
import type { MeshSeries } from '../model/mesh-series.ts'

/** What one series adds to a KPI. */
export interface Contribution {
  /** Labels beyond the edge's. */
  readonly labels?: Labels
  /** Which part of a histogram; a plain counter or gauge has none. */
  readonly part?: 'bucket' | 'sum' | 'count'
  /** A bucket's upper bound in the KPI's unit. */
  readonly le?: number
  /** Multiplies the value into the KPI's unit; 1 where absent. */
  readonly scale?: number
}

/** One key figure per edge. Asked once per series what that series adds to it; never per sample. */
export interface Kpi extends KpiInfo {
  /** Which edges it belongs to: pod to service by Envoy's clusters, or workload to workload by WASM statistics. The two are never added. */
  readonly of: 'cluster' | 'workload'
  /** The label that it has beyond the edge's, and its values where they are a fixed set. */
  readonly furtherLabel?: string
  readonly takes: (series: MeshSeries) => Contribution | undefined
}

/** One of Envoy's counters or gauges as it is. */
const from = (statistic: string) => (series: MeshSeries) => (series.name === `envoy_cluster_${statistic}` ? {} : undefined)

/** Several of Envoy's counters, each as one `reason`. Reasons overlap: they say "of which" and are never added. */
const byReason = (reasons: Readonly<Record<string, string>>) => {
  const byName = new Map(Object.entries(reasons).map(([statistic, reason]) => [`envoy_cluster_${statistic}`, reason]))
  return (series: MeshSeries) => {
    const reason = byName.get(series.name)
    return reason === undefined ? undefined : { labels: { reason } }
  }
}

/** A code has at most three digits; whatever else a sidecar says is one and the same to us, since every code is a sum that stays. */
const codeOf = (value = '0'): string => (/^\d{1,3}$/.test(value) ? value : 'other')
const classOf = (value = '0'): string => (/^\d$/.test(value) ? `${value}xx` : 'other')

/** Requests by code; from a sidecar that tells only the class (Pipy, marked by relabelling) the class is the code: `2xx`. */
const byCode = (series: MeshSeries): Contribution | undefined => {
  if (series.name === 'envoy_cluster_upstream_rq') return { labels: { response_code: codeOf(series.labels.envoy_response_code) } }
  if (series.name === 'envoy_cluster_upstream_rq_xx' && series.codeIsClass) {
    return { labels: { response_code: classOf(series.labels.envoy_response_code_class) } }
  }
  return undefined
}

const secondsPerMs = 1e-3

/** A histogram of milliseconds as one of seconds. */
const duration =
  (name: string) =>
  (series: MeshSeries): Contribution | undefined => {
    switch (series.name) {
      case `${name}_bucket`:
        return { part: 'bucket', le: Number((series.labels.le ?? '').replace(/^\+?Inf$/, 'Infinity')) / 1e3 }
      case `${name}_sum`:
        return { part: 'sum', scale: secondsPerMs }
      case `${name}_count`:
        return { part: 'count' }
      default:
        return undefined
    }
  }

/** The KPIs of an edge: one more is one more entry. Units are Prometheus' base units. */
export const kpis: readonly Kpi[] = [
  {
    name: 'mesh_requests_total',
    type: 'counter',
    of: 'cluster',
    help: 'HTTP requests by response code, as the calling sidecar (outbound) or the called one (inbound) saw them end.',
    furtherLabel: 'response_code',
    takes: byCode,
  },
  {
    name: 'mesh_request_duration_seconds',
    type: 'histogram',
    of: 'cluster',
    help: 'Time until the response was complete. Requests that never got an answer (timeouts, resets) are left out.',
    takes: duration('envoy_cluster_upstream_rq_time'),
  },
  {
    name: 'mesh_request_failures_total',
    type: 'counter',
    of: 'cluster',
    help: 'HTTP requests that failed on the way, by reason. The response codes hold them already; reasons overlap and must not be added.',
    furtherLabel: 'reason',
    takes: byReason({
      upstream_rq_timeout: 'timeout',
      upstream_rq_tx_reset: 'reset_local',
      upstream_rq_rx_reset: 'reset_remote',
      upstream_rq_pending_overflow: 'pending_overflow',
      upstream_rq_pending_failure_eject: 'ejected',
    }),
  },
  {
    name: 'mesh_connections_opened_total',
    type: 'counter',
    of: 'cluster',
    help: 'Connections opened to the destination.',
    takes: from('upstream_cx_total'),
  },
  {
    name: 'mesh_connections_active',
    type: 'gauge',
    of: 'cluster',
    help: 'Connections open now, over the pods that answer.',
    takes: from('upstream_cx_active'),
  },
  {
    name: 'mesh_connection_failures_total',
    type: 'counter',
    of: 'cluster',
    help: 'Connections that failed, by reason. Reasons overlap (a connect timeout is a connect_fail too) and must not be added.',
    furtherLabel: 'reason',
    takes: byReason({
      upstream_cx_connect_fail: 'connect_fail',
      upstream_cx_connect_timeout: 'connect_timeout',
      upstream_cx_destroy_local_with_active_rq: 'destroyed_local',
      upstream_cx_destroy_remote_with_active_rq: 'destroyed_remote',
    }),
  },
  {
    name: 'mesh_sent_bytes_total',
    type: 'counter',
    of: 'cluster',
    help: 'Bytes sent to the destination.',
    takes: from('upstream_cx_tx_bytes_total'),
  },
  {
    name: 'mesh_received_bytes_total',
    type: 'counter',
    of: 'cluster',
    help: 'Bytes received from the destination.',
    takes: from('upstream_cx_rx_bytes_total'),
  },
  {
    name: 'mesh_workload_requests_total',
    type: 'counter',
    of: 'workload',
    help: 'HTTP requests from workload to workload by response code (WASM statistics; callers in the mesh only). Not to be added to mesh_requests_total.',
    furtherLabel: 'response_code',
    takes: (series) =>
      series.name === 'osm_request_total' ? { labels: { response_code: codeOf(series.labels.response_code) } } : undefined,
  },
  {
    name: 'mesh_workload_request_duration_seconds',
    type: 'histogram',
    of: 'workload',
    help: 'Time until the response was complete, from workload to workload (WASM statistics).',
    takes: duration('osm_request_duration_ms'),
  },
]
