import { type Dialect, type DialectName, dialects } from './dialect.ts'

/**
 * What is wanted of a page. One constant set per dialect, whatever destinations are on, so that "the last page lacked it" means the same
 * thing at every scrape. Sources: OSM's Prometheus keep list (charts/osm/templates/prometheus-configmap.yaml), the fields that Azure's agent
 * passes (Docker-Provider tomlparser-osm-config.rb), and what the counting itself asks for (uptime, hot restart epoch, tx_reset).
 */
const serverFamilies = ['live', 'uptime', 'hot_restart_epoch']

export const clusterFamilies: readonly string[] = [
  'upstream_rq',
  'upstream_rq_xx',
  'upstream_rq_total',
  'upstream_rq_time',
  'upstream_rq_timeout',
  'upstream_rq_rx_reset',
  'upstream_rq_tx_reset',
  'upstream_rq_pending_overflow',
  'upstream_rq_pending_failure_eject',
  'upstream_cx_total',
  'upstream_cx_active',
  'upstream_cx_connect_fail',
  'upstream_cx_connect_timeout',
  'upstream_cx_destroy_local_with_active_rq',
  'upstream_cx_destroy_remote_with_active_rq',
  'upstream_cx_tx_bytes_total',
  'upstream_cx_rx_bytes_total',
]

/** Raw-name segments that Envoy puts between a cluster's name and a statistic; they repeat what the plain family already says. */
const doubled = ['external', 'internal', 'canary', 'retry']

const suffixes = clusterFamilies.join('|')
const histogramSuffix = '(?:_bucket|_sum|_count)?'

/**
 * A cluster's name with a dot is cut by Envoy at the first dot; the rest stands in the family: `envoy_cluster_svc_80_upstream_rq_total`.
 * `middle` is that rest.
 */
const clusterName = (prefix: string) =>
  new RegExp(
    `^${prefix}_cluster_(?:(?<middle>[a-zA-Z0-9_]+?)(?<!_(?:${doubled.join('|')}))_)?(?<statistic>(?:${suffixes})${histogramSuffix}|upstream_rq_retry.*|health_check_.*)$`,
  )

const patterns = { envoy: clusterName('envoy'), sidecar: clusterName('sidecar') }

/** OSM's WASM statistics carry their labels inside the name, so they are known by their end. */
const requestStats = /osm_request_(?:total|duration_ms(?:_bucket|_sum|_count)?)$|fsm_request_(?:total|duration_ms(?:_bucket|_sum|_count)?)$/

/** Where a cluster statistic's name says what: its statistic without prefix, and what a dot in the cluster's name left in the family. */
export function clusterStatistic(name: string, { familyPrefix }: Dialect): { statistic: string; middle?: string } | undefined {
  const found = patterns[familyPrefix].exec(name)?.groups
  if (!found?.statistic) return undefined
  return found.middle ? { statistic: found.statistic, middle: found.middle } : { statistic: found.statistic }
}

export const isRequestStat = (name: string): boolean => requestStats.test(name)

/** One wanted set: asked of families (histograms without `_bucket`) and of samples alike. */
export interface Wanted {
  /** Says under which question a page was asked for: counting compares pages of the same question only. */
  readonly version: string
  readonly takes: (name: string) => boolean
  /**
   * The same set for `?filter=`, on Envoy's raw dotted names; absent where no query is taken. Written for RE2 and for the std::regex of
   * Envoys before 1.23: no lookahead, no non-capturing groups.
   */
  readonly filter?: string
  /** A sample that every good page of this kind holds. */
  readonly live?: string
}

const rawStatistics = clusterFamilies
  .filter((family) => !['upstream_rq', 'upstream_rq_xx'].includes(family))
  .map((family) => family.replace('upstream_', ''))

/**
 * A cluster without dots is wanted as it is; of those with dots, all but the doubled ones: spelled as "does not end in external, internal,
 * canary or retry", letter by letter from behind, because RE2 has no lookahead.
 */
const rawCluster = String.raw`cluster\.([^.]*|.*\|local|.*([^ly]|[^a]l|[^n]al|[^r]y|[^at]ry|[^e]try|[^n]ary))`

const rawFilter = (stats: boolean): string =>
  [
    String.raw`^server\.(${serverFamilies.join('|')})$`,
    String.raw`^${rawCluster}\.upstream_(rq_[0-9]xx|rq_[0-9][0-9][0-9]|rq_retry.*|${rawStatistics.join('|')})$`,
    String.raw`^cluster\..*\.health_check\..*$`,
    ...(stats ? ['osm_request_(total|duration_ms)$'] : []),
  ].join('|')

/** What is wanted of a sidecar's page. `requestStats: false` leaves the WASM statistics out. */
export function wantedOfSidecar(name: DialectName, options: { readonly requestStats: boolean }): Wanted {
  const dialect: Dialect = dialects[name]
  const stats = options.requestStats
  const server = new Set(serverFamilies.map((family) => `${dialect.familyPrefix}_server_${family}`))
  return {
    version: `${name}-1${stats ? '' : '-plain'}`,
    takes: (sample) => server.has(sample) || clusterStatistic(sample, dialect) !== undefined || (stats && isRequestStat(sample)),
    ...(dialect.takesQuery && { filter: rawFilter(stats) }),
    live: `${dialect.familyPrefix}_server_live`,
  }
}

/** What is wanted of a control-plane pod's page: OSM keeps everything of its own name (`^osm.*`). */
export function wantedOfControlPlane(name: DialectName): Wanted {
  const prefix = dialects[name].controlPlane
  return { version: `${name}-control-plane-1`, takes: (sample) => sample.startsWith(prefix) }
}
