import { type ControlPlane, resourceTypes } from './control-plane.ts'
import type { Pod } from './pod.ts'
import { meshedNamespaces } from './topology.ts'

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Suffix, labels and value of each sample. */
  readonly samples: readonly Sample[]
}

interface Sample {
  readonly suffix?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

const one = (value: number): Sample[] => [{ value }]

/** Seconds. Source: openservicemesh/osm, pkg/metricsstore. */
const bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 90]

function histogram(seconds: readonly number[], labels: Readonly<Record<string, string>> = {}): Sample[] {
  const atMost = (bound: number) => seconds.filter((value) => value <= bound).length
  return [
    ...bounds.map((bound) => ({ suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: atMost(bound) })),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: seconds.length },
    { suffix: '_sum', labels, value: seconds.reduce((sum, value) => sum + value, 0) },
    { suffix: '_count', labels, value: seconds.length },
  ]
}

/** osm-controller's page, in the form of Go's client: families by name, each with HELP and TYPE, no braces without labels. */
export function controlPlanePage(state: {
  readonly controlPlane: ControlPlane
  readonly pods: readonly Pod[]
  readonly nowMs: number
}): string {
  return [...ownFamilies(state), ...runtimeFamilies(state.nowMs)]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(familyText)
    .join('')
}

function ownFamilies({ controlPlane, pods, nowMs }: Parameters<typeof controlPlanePage>[0]): Family[] {
  const connected = pods.filter(({ meshed, stage }) => meshed && stage !== 'pending').length
  const probes = 1 + Math.floor(nowMs / 10_000)
  const events = [...controlPlane.podEvents].sort(byKey).map(([key, value]) => {
    const [namespace = '', type = ''] = key.split(' ')
    return { labels: { namespace, type }, value }
  })
  const sent = [...controlPlane.configurations]
    .sort(byKey)
    .flatMap(([proxy_uuid, { identity, count }]) => resourceTypes.map((type) => ({ labels: { identity, proxy_uuid, type }, value: count })))
  return [
    { name: 'osm_cert_issued_count', type: 'counter', help: 'Certificates issued.', samples: one(controlPlane.certificateSeconds.length) },
    {
      name: 'osm_cert_issued_time',
      type: 'histogram',
      help: 'Seconds to issue a certificate.',
      samples: histogram(controlPlane.certificateSeconds),
    },
    { name: 'osm_events_queued', type: 'gauge', help: 'Events that wait to be handled.', samples: one(0) },
    {
      name: 'osm_feature_flag_enabled',
      type: 'gauge',
      help: 'Whether a feature is on.',
      samples: [{ labels: { feature_flag: 'enableWASMStats' }, value: 1 }],
    },
    {
      name: 'osm_http_response_total',
      type: 'counter',
      help: 'Responses of the HTTP server.',
      samples: ['alive', 'ready'].map((probe) => ({ labels: { code: '200', method: 'get', path: `/health/${probe}` }, value: probes })),
    },
    { name: 'osm_k8s_api_event_count', type: 'counter', help: 'Events from the Kubernetes API.', samples: events },
    { name: 'osm_proxy_broadcast_event_count', type: 'counter', help: 'Broadcasts to all proxies.', samples: one(controlPlane.broadcasts) },
    {
      name: 'osm_proxy_config_update_time',
      type: 'histogram',
      help: 'Seconds to send a proxy its configuration.',
      samples: histogram(controlPlane.configurationSeconds, { resource_type: 'ADS', success: 'true' }),
    },
    { name: 'osm_proxy_connect_count', type: 'gauge', help: 'Proxies that are connected.', samples: one(connected) },
    { name: 'osm_proxy_max_connections_rejected', type: 'counter', help: 'Connections refused over the limit.', samples: one(0) },
    { name: 'osm_proxy_reconnect_count', type: 'counter', help: 'Proxies that connected again.', samples: one(controlPlane.reconnects) },
    { name: 'osm_proxy_response_send_success_count', type: 'counter', help: 'Responses sent to proxies.', samples: sent },
    { name: 'osm_proxy_xds_request_count', type: 'counter', help: 'Requests of proxies for configuration.', samples: sent },
    { name: 'osm_resource_namespace_count', type: 'gauge', help: 'Namespaces in the mesh.', samples: one(meshedNamespaces.length) },
    {
      name: 'osm_version_info',
      type: 'gauge',
      help: 'What runs here.',
      samples: [{ labels: { build_date: '2023-04-27', git_commit: 'demo', version: 'v1.2.4' }, value: 1 }],
    },
  ]
}

/** What every Go program prints and nobody here wants. */
function runtimeFamilies(nowMs: number): Family[] {
  return [
    { name: 'go_goroutines', type: 'gauge', help: 'Goroutines that exist.', samples: one(148) },
    { name: 'go_info', type: 'gauge', help: 'The Go environment.', samples: [{ labels: { version: 'go1.19.8' }, value: 1 }] },
    { name: 'process_cpu_seconds_total', type: 'counter', help: 'CPU time spent, seconds.', samples: one(Math.round(nowMs / 400) / 100) },
    { name: 'process_resident_memory_bytes', type: 'gauge', help: 'Resident memory, bytes.', samples: one(88_453_120) },
  ]
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
    return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
