/**
 * What OSM's seven dashboards ask Prometheus for. Source of the facts: openservicemesh/osm, charts/osm/grafana/dashboards, v1.1 to main; and of the rows of
 * "Mesh and Envoy Details" that main has, flomesh-io/osm-edge, charts/osm/grafana/pipy/dashboards, which took them over. `$name` is a variable of the dashboard.
 */

/** A variable's values are those that a label has on a series. */
export interface Variable {
  readonly name: string
  readonly label: string
  /** Absent: on any series. */
  readonly series?: string
  /** All values at once, joined for `=~`, instead of each in turn. */
  readonly all?: true
}

export interface Panel {
  readonly title: string
  readonly expressions: readonly string[]
  /** Why it may be empty here. */
  readonly emptyWhere?: string
}

export interface Dashboard {
  readonly name: string
  /** In this order: later ones ask with the values of earlier ones. */
  readonly variables: readonly Variable[]
  readonly panels: readonly Panel[]
}

const cluster = (statistic: string, selector: string) => `envoy_cluster_upstream_${statistic}{${selector}}`
const irate = (series: string) => `irate(${series}[1m])`
const sum = (expression: string) => `sum(${expression})`
const asIs = (expression: string) => expression

const failures =
  'cx_destroy_remote_with_active_rq cx_connect_timeout cx_destroy_local_with_active_rq rq_pending_failure_eject rq_pending_overflow rq_timeout rq_rx_reset rq_tx_reset'.split(
    ' ',
  )

/** Four dashboards ask the same of different callers; two of them add up, two show every cluster by itself. */
function traffic(selector: string, add: (expression: string) => string): Panel[] {
  const ofClass = (match: string) => irate(cluster('rq_xx', `envoy_response_code_class${match}"2",${selector}`))
  return [
    { title: 'Success Count', expressions: [ofClass('=')] },
    { title: 'Failure Count', expressions: [ofClass('!=')] },
    { title: 'Active Connections', expressions: [add(cluster('cx_active', selector))] },
    { title: 'Bytes', expressions: ['cx_tx_bytes_total', 'cx_rx_bytes_total'].map((bytes) => add(irate(cluster(bytes, selector)))) },
    { title: 'Connection/Requests errors', expressions: failures.map((failure) => add(irate(cluster(failure, selector)))) },
  ]
}

const allRequests = (selector: string): Panel => ({
  title: 'All types of requests count to other services',
  expressions: [irate(cluster('rq_total', selector))],
})

/** A variable that narrows `series` down by the variables before it. */
const narrowed = (series: string, ...steps: readonly (readonly [variable: string, label: string])[]): Variable[] =>
  steps.map(([name, label], i) => ({
    name,
    label,
    series: `${series}{${steps
      .slice(0, i)
      .map(([before, its]) => `${its}="$${before}"`)
      .join(',')}}`,
  }))

const plumbing = 'envoy_cluster_name!~"osm-controller|envoy-metrics-cluster|envoy-tracing-cluster|passthrough-outbound"'
const service = 'source_service="$source_service",source_namespace="$source_namespace"'
const serviceVariables = narrowed('envoy_server_live', ['source_namespace', 'source_namespace'], ['source_service', 'source_service'])
const toController = `${service},envoy_cluster_name="osm-controller"`
const toDestination = `${service},envoy_cluster_name="$destination_service"`
const ofPod = `source_pod_name="$source_pod",source_namespace="$source_namespace",${plumbing}`
const ofWorkload =
  `source_namespace="$source_namespace",source_workload_kind="$source_workload_kind",source_workload_name="$source_workload_name",${plumbing}` as const
const calling =
  'source_namespace="$source_namespace",source_kind="$source_workload_kind",source_name="$source_workload_name",source_pod="$source_pod"'

const byController = 'source_pod_name=~"$osm_controller_instance"'
const byInjector = 'source_pod_name=~"$osm_injector_instance"'
const injections = `osm_http_response_duration_bucket{method="post",path="/mutate-pod-creation",${byInjector}}`
const certificates = `osm_cert_issued_time_bucket{${byInjector}}`
const errors = (instance: string) => `osm_error_err_code_count{${instance},err_code=~"$osm_error_code"}[1m]`

const noContainers = 'sidecars say nothing of containers, cAdvisor does'
const containerUsage = (selector: string) => [irate(`container_cpu_usage_seconds_total{${selector}}`), `container_memory_rss{${selector}}`]

const details: readonly Panel[] = [
  {
    title: 'CPU% and RSS Memory footprint',
    expressions: containerUsage('namespace="osm-system",container!="",container!="POD"'),
    emptyWhere: noContainers,
  },
  { title: 'Monitored Namespace Count', expressions: [`sum(osm_resource_namespace_count{${byController}}) by (source_pod_name)`] },
  { title: 'Connected Proxies', expressions: [`osm_proxy_connect_count{${byController}}`] },
  { title: 'Sidecar injector timings (sec)', expressions: [`sum(rate(${injections}[1m])) by (le)`, injections] },
  { title: 'Certificate Issue timings (sec)', expressions: [`sum(rate(${certificates}[1m])) by (le)`, certificates] },
  {
    title: 'xDS Path histogram',
    expressions: [`sum(rate(osm_proxy_config_update_time_bucket{resource_type="$xds_path",${byController}}[1m])) by (le)`],
  },
  {
    title: 'Injector Webhooks',
    expressions: ['true', 'false'].map((success) =>
      irate(`osm_admission_webhook_response_total{kind="Pod",success="${success}",${byInjector}}`),
    ),
  },
  {
    title: 'xDS Updates',
    expressions: ['true', 'false'].map(
      (success) => `idelta(osm_proxy_config_update_time_count{success="${success}",resource_type=~"$xds_path",${byController}}[1m])`,
    ),
  },
  { title: 'Rate of Increase of OSM Errors', expressions: [`rate(${errors(byInjector)})`] },
  { title: 'OSM Injector Errors', expressions: [`increase(${errors(byInjector)})`] },
  {
    title: 'OSM Controller Errors',
    expressions: [`rate(${errors(byController)})`, `increase(${errors(byController)})`],
    emptyWhere: 'no sidecar has left its controller yet',
  },
  // Earlier releases; v0.9 to v0.10.
  { title: 'Number of Namespaces', expressions: ['count(count by(source_namespace) (envoy_server_live))'] },
  { title: 'Number of Services', expressions: ['count(count by(source_service) (envoy_server_live))'] },
  { title: 'Number of Pods', expressions: ['count(count by(source_pod_name) (envoy_server_live))', 'osm_proxy_connect_count'] },
]

export const dashboards: readonly Dashboard[] = [
  { name: 'Control Plane', variables: serviceVariables, panels: traffic(toController, sum) },
  {
    name: 'Service to Service',
    variables: [
      ...serviceVariables,
      {
        name: 'destination_service',
        label: 'envoy_cluster_name',
        series: cluster(
          'cx_active',
          `${service},envoy_cluster_name!~"osm-controller|envoy-metrics-cluster|.*-local|envoy-tracing-cluster|passthrough-outbound"`,
        ),
      },
    ],
    panels: traffic(toDestination, sum),
  },
  {
    name: 'Pod to Service',
    variables: narrowed('envoy_server_live', ['source_namespace', 'source_namespace'], ['source_pod', 'source_pod_name']),
    panels: [...traffic(ofPod, asIs), allRequests(ofPod)],
  },
  {
    name: 'Workload to Service',
    variables: narrowed(
      'envoy_server_live',
      ['source_namespace', 'source_namespace'],
      ['source_workload_kind', 'source_workload_kind'],
      ['source_workload_name', 'source_workload_name'],
    ),
    panels: [...traffic(ofWorkload, asIs), allRequests(ofWorkload)],
  },
  {
    name: 'Workload to Workload',
    variables: narrowed(
      'osm_request_duration_ms_sum',
      ['source_namespace', 'source_namespace'],
      ['source_workload_kind', 'source_kind'],
      ['source_workload_name', 'source_name'],
      ['source_pod', 'source_pod'],
    ),
    panels: ['0.99', '0.90', '0.50'].map((quantile) => ({
      title: `Request Latency (P${quantile.slice(2)})`,
      expressions: [
        `histogram_quantile(${quantile},sum(irate(osm_request_duration_ms_bucket{${calling}}[1m])) by (le, destination_namespace, destination_name))`,
      ],
    })),
  },
  {
    name: 'Mesh and Envoy Details',
    variables: [
      { name: 'osm_controller_instance', label: 'source_pod_name', series: 'osm_proxy_connect_count', all: true },
      { name: 'osm_injector_instance', label: 'source_pod_name', series: 'osm_cert_issued_count', all: true },
      { name: 'xds_path', label: 'resource_type', series: 'osm_proxy_config_update_time_bucket' },
      { name: 'osm_error_code', label: 'err_code', series: 'osm_error_err_code_count', all: true },
    ],
    panels: details,
  },
  {
    name: 'Data Plane Performance',
    variables: [
      { name: 'namespace', label: 'source_namespace', all: true },
      { name: 'pod', label: 'source_pod_name', series: 'envoy_server_live{source_namespace=~"$namespace"}', all: true },
      {
        name: 'container',
        label: 'source_workload_name',
        series: 'envoy_server_live{source_namespace=~"$namespace", source_pod_name=~"$pod"}',
        all: true,
      },
    ],
    panels: ['container="envoy"', 'container=~"$container"'].map((container) => ({
      title: `CPU and RSS usage, ${container}`,
      expressions: containerUsage(`namespace=~"$namespace",pod=~"$pod",${container}`),
      emptyWhere: noContainers,
    })),
  },
]
