import type { Cluster } from './cluster.ts'
import type { Labels } from './labels.ts'
import type { SeriesType, Shape } from './series.ts'

/** A page's series under the names that it has downstream; the target's own labels come on top. */
export interface MeshSeries {
  /** OSM's name: `envoy_cluster_upstream_rq_xx`, `osm_request_total`, whatever the sidecar called it. */
  readonly name: string
  /** The series' own labels, none of the target's, under their own names also where both have one: `exported_…` is a matter of showing. */
  readonly labels: Labels
  readonly type: SeriesType
  /** Which of OSM's Prometheus jobs would have kept it under that name; absent: none would, and `/metrics/osm` does not show it. */
  readonly job?: 'kubernetes-pods' | 'smi-metrics'
  /** Where the requests went, for a cluster's statistic. */
  readonly cluster?: Cluster
  /** The sidecar tells no response codes, only classes (Pipy): the class stands for the code. */
  readonly codeIsClass?: true
  /**
   * Further columns of the page that are this very series (Pipy tells the class `2` as `2`, `2.01`, `2.04`): shown is the sum of all. They have no
   * `job` of their own.
   */
  readonly plus?: readonly number[]
  /** What begins anew together: the Envoy cluster's name, or one word for what is not of a cluster. */
  readonly group: string
}

/**
 * What relabelling made of a shape: `series[i]` belongs to `shape.series[i]`; `undefined` where nothing downstream wants it (a series that the
 * page repeats, a WASM name that cannot be read). The same object as long as it says the same, so it is a key for whatever follows from it.
 */
export interface Names {
  readonly shape: Shape
  readonly series: readonly (MeshSeries | undefined)[]
}

/** What relabelling made of a target: the labels that OSM's jobs put on every series of it. */
export interface TargetLabels {
  /** `instance`, `source_namespace`, `source_pod_name`, `source_service`, `source_workload_kind`, `source_workload_name`, without `job`. */
  readonly kubernetesPods: Labels
  /** `instance` alone: WASM statistics carry everything else themselves. */
  readonly smiMetrics: Labels
}
