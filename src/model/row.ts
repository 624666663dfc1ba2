import type { Labels } from './labels.ts'

/**
 * One row in the columns of Log Analytics' table InsightsMetrics. Source: the table's reference of Azure Monitor, and what Azure's own agent writes
 * (microsoft/Docker-Provider, source/plugins/go/src/oms.go).
 */
export interface Row {
  /** Milliseconds since the epoch. */
  readonly timeGeneratedMs: number
  /** The node of the pod. */
  readonly computer: string
  /** `envoy_cluster_upstream_rq_xx` */
  readonly name: string
  /** Cumulative for counters, as it is for gauges. */
  readonly val: number
  readonly tags: Labels
}

/** Who wrote a row: one writer per cluster and series, and this is ours. */
export const rowOrigin = 'mesh-telemetry'
/** As Azure's agent calls what it scrapes of OSM; the workbook's queries look for it. */
export const rowNamespace = 'container.azm.ms.osm/prometheus'
