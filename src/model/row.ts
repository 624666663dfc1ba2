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

/** Which rows are wanted; absent parts want any. */
export interface RowFilter {
  /** A part of the name, in any case. */
  readonly name?: string | undefined
  /** The tag of that name. */
  readonly app?: string | undefined
  /** The tag of that name. */
  readonly namespace?: string | undefined
  /** Milliseconds since the epoch: what is older is not wanted. */
  readonly sinceMs?: number | undefined
}

export function isWanted({ name, timeGeneratedMs, tags }: Pick<Row, 'name' | 'timeGeneratedMs' | 'tags'>, filter: RowFilter): boolean {
  return (
    (filter.name === undefined || name.toLowerCase().includes(filter.name.toLowerCase())) &&
    (filter.app === undefined || tags['app'] === filter.app) &&
    (filter.namespace === undefined || tags['namespace'] === filter.namespace) &&
    (filter.sinceMs === undefined || timeGeneratedMs >= filter.sinceMs)
  )
}

/** Who wrote a row: one writer per cluster and series, and this is ours. */
export const rowOrigin = 'mesh-telemetry'
/** As Azure's agent calls what it scrapes of OSM; the workbook's queries look for it. */
export const rowNamespace = 'container.azm.ms.osm/prometheus'
