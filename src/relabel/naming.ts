import { clusterOf, rejoined } from '../model/cluster.ts'
import { type Dialect, dialects } from '../model/dialect.ts'
import type { Labels } from '../model/labels.ts'
import type { MeshSeries } from '../model/mesh-series.ts'
import type { Series } from '../model/series.ts'
import { clusterStatistic } from '../model/wanted.ts'
import { peerLabels, readRequestStat, requestStatName } from './request-stat.ts'
import { underOsmNames } from './sidecar-names.ts'

/** A series under its mesh name and, for a WASM statistic, caller and called as its name tells them. */
export interface Named {
  readonly series: MeshSeries
  readonly peers?: Labels
}

/**
 * What OSM's job `kubernetes-pods` keeps, as of v1.2: charts/osm/templates/prometheus-configmap.yaml. `rq_tx_reset` is ours: four of its
 * dashboards ask for it although its Prometheus drops it.
 */
const kept = new RegExp(
  `^(?:envoy_server_live|envoy_cluster_health_check_.*|envoy_cluster_upstream_rq_retry.*|osm.*|envoy_cluster_upstream_(?:${[
    'rq_xx',
    'rq_total',
    'rq_timeout',
    'rq_rx_reset',
    'rq_tx_reset',
    'rq_pending_failure_eject',
    'rq_pending_overflow',
    'cx_active',
    'cx_tx_bytes_total',
    'cx_rx_bytes_total',
    'cx_connect_timeout',
    'cx_destroy_local_with_active_rq',
    'cx_destroy_remote_with_active_rq',
  ].join('|')}))$`,
)

/** One of a page's series, as OSM's Prometheus jobs would have named it; `undefined` for what nobody asks for or nobody can read. */
export function nameSeries(printed: Series, dialect: Dialect): Named | undefined {
  const series = underOsmNames(printed, dialect)
  const stat = requestStatName(series.name)
  if (stat !== undefined && stat !== series.name) return requestStat(series)
  const isKept = kept.test(series.name)
  const named = stat === undefined ? plainSeries(series, isKept, dialect) : { ...series, group: 'wasm' } // Pipy prints these with real labels
  return named && { series: isKept ? { ...named, job: 'kubernetes-pods' } : named }
}

function plainSeries(series: Series, isKept: boolean, dialect: Dialect): MeshSeries | undefined {
  const statistic = clusterStatistic(series.name, dialects.osm)
  if (statistic) return clusterSeries(series, isKept ? undefined : statistic, dialect)
  return isKept || series.name.startsWith('envoy_server_') ? { ...series, group: 'process' } : undefined
}

/** What the name says stands above what labels of the same name say, also where it says nothing: so OSM's rules have it. */
function requestStat({ name: printed, labels: own, type }: Series): Named | undefined {
  const stat = readRequestStat(printed)
  if (!stat) return undefined
  const { name, responseCode, peers } = stat
  const rest = Object.fromEntries(Object.entries(own).filter(([label]) => !(peerLabels as readonly string[]).includes(label)))
  const labels = { ...rest, ...(responseCode && { response_code: responseCode }), ...peers }
  return { series: { name, labels, type, job: 'smi-metrics', group: 'wasm' }, peers }
}

/**
 * A cluster's name with a dot was cut there: it is put together again, for counting. OSM's jobs drop such a series, since its family is not on
 * their list.
 *
 * @param cut what the family's name says; absent for a family that is kept as it is
 */
function clusterSeries(series: Series, cut: ReturnType<typeof clusterStatistic>, { familyPrefix }: Dialect): MeshSeries {
  const printed = series.labels.envoy_cluster_name
  if (!printed) return { ...series, group: 'process' }
  const whole = cut?.middle ? rejoined(printed, cut.middle) : printed
  const name = cut ? `envoy_cluster_${cut.statistic}` : series.name
  const codeIsClass = familyPrefix === 'sidecar' && name === 'envoy_cluster_upstream_rq_xx'
  return {
    ...series,
    name,
    labels: { ...series.labels, envoy_cluster_name: whole },
    cluster: clusterOf(whole),
    ...(codeIsClass && { codeIsClass }),
    group: whole,
  }
}
