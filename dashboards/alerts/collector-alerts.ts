import type { Alert } from './alert.ts'

const allScrapes = 'sum without (outcome) (rate(meshtelemetry_scrapes_total[10m]))'
const reads = (which: string) => `sum without (outcome) (rate(meshtelemetry_node_reads_total${which}[10m]))`
const share = '{{ $value | humanizePercentage }}'
const fetched = 'meshtelemetry_http_page_fetched_timestamp_seconds{path="/metrics/edges"}'

/** Reasons that mend themselves (a pod that starts) or that somebody wants (a pod without a sidecar) are none of them. */
const unwanted = ['namespace_unknown', 'not_enabled', 'scrape_not_exactly_true', 'bad_port', 'bad_path', 'address_refused']

/** Pages that are left out because there is no room for what they name. */
const noRoom = ['too_many_names', 'too_many_edges', 'too_many_series', 'no_room_for_series', 'page_too_large']

/** There is no data, although there should be. */
export const noDataAlerts: readonly Alert[] = [
  {
    name: 'MeshTelemetryAbsent',
    severity: 'critical',
    for: '5m',
    expr: 'absent(meshtelemetry_scrapes_in_flight)',
    summary: 'Nothing is heard from mesh-telemetry',
    description: 'Prometheus has no series of the collector itself: it does not run, or Prometheus does not reach its /metrics.',
  },
  {
    name: 'MeshTelemetryNoTargets',
    severity: 'warning',
    for: '15m',
    expr: 'sum without (kind) (meshtelemetry_discovery_targets{kind="sidecar"}) == 0',
    summary: 'mesh-telemetry scrapes no sidecar',
    description: 'Discovery found no sidecar that may be scraped: metrics are enabled in no namespace, or none of their pods qualifies.',
  },
  {
    name: 'MeshTelemetryTargetsFailing',
    severity: 'critical',
    for: '5m',
    expr: 'meshtelemetry_scrape_targets{state="up"} == 0\nand ignoring (state)\nsum without (state) (meshtelemetry_scrape_targets) > 0',
    summary: 'mesh-telemetry cannot read a single target',
    description: 'None of the targets that discovery found answers: the figures of the mesh stand still.',
  },
  {
    name: 'MeshTelemetryTargetsFailing',
    severity: 'warning',
    for: '15m',
    expr: 'meshtelemetry_scrape_targets{state="stale"} > 0',
    summary: '{{ $value }} targets of mesh-telemetry do not answer',
    description:
      '{{ $value }} targets failed twice in a row or more. What they count is missing until they answer again; then their sums catch up. `mesh-telemetry targets` says why each fails.',
  },
  {
    name: 'MeshTelemetryPodsNotScraped',
    severity: 'warning',
    for: '15m',
    expr: `meshtelemetry_discovery_dropped{reason=~"${unwanted.join('|')}"} > 0`,
    summary: '{{ $value }} are not scraped although enabled: {{ $labels.reason }}',
    description:
      '{{ $value }} pods or namespaces that are named for scraping are left out, for the reason {{ $labels.reason }}. `mesh-telemetry targets` names each with the command that mends it.',
  },
  {
    name: 'MeshTelemetryNodesFailing',
    severity: 'warning',
    for: '15m',
    expr: `${reads('{outcome!="good"}')}\n  /\n${reads('')}\n> 0.05`,
    summary: `${share} of the reads of kubelets fail`,
    description: `${share} of the reads of nodes' cAdvisor in the last 10m failed: CPU and memory of the pods there are missing from /metrics/osm.`,
  },
  {
    name: 'MeshTelemetryEdgesNotFetched',
    severity: 'warning',
    for: '5m',
    expr: `time() - ${fetched} > 300\nor\nmeshtelemetry_scrapes_in_flight unless on (instance) ${fetched}`,
    summary: 'Nobody fetches /metrics/edges',
    description:
      'The collector runs, and its page of edges was fetched by nobody for five minutes: the dashboards and alerts of the mesh are blind.',
  },
  {
    name: 'MeshTelemetryDiscoveryBlind',
    severity: 'warning',
    for: '10m',
    expr: 'meshtelemetry_discovery_watches{state=~"retrying|refused"} > 0\nor\nmeshtelemetry_discovery_problems > 0',
    summary: 'mesh-telemetry does not see what changes in the cluster',
    description:
      'Something that discovery follows cannot be read{{ with $labels.resource }}: {{ . }}, {{ $labels.state }}{{ end }}. Who is known goes on being scraped; new pods and changed lists are not noticed.',
  },
]

/** The collector drops something, or is about to. */
export const droppingAlerts: readonly Alert[] = [
  {
    name: 'MeshTelemetryStateUnsafe',
    severity: 'warning',
    for: '5m',
    expr: 'meshtelemetry_state_unsafe == 1',
    summary: 'mesh-telemetry cannot write its sums to disk',
    description: 'Counting goes on in memory. A restart now would lose what happened since the disk failed.',
  },
  {
    name: 'MeshTelemetryCommitsFailing',
    severity: 'critical',
    expr: 'increase(meshtelemetry_events_total{event="commit_failed"}[10m]) > 0',
    summary: 'mesh-telemetry shows nothing new',
    description: 'Sums could not be committed in the last 10m, and nothing newer is shown until a commit holds.',
  },
  {
    name: 'MeshTelemetryLimitReached',
    severity: 'warning',
    expr: [
      'increase(meshtelemetry_events_total{event="edges_forgotten"}[1h]) > 0',
      'or',
      `increase(meshtelemetry_scrapes_total{outcome=~"${noRoom.join('|')}"}[1h]) > 0`,
    ].join('\n'),
    summary: 'mesh-telemetry leaves something out for want of room',
    description:
      'In the last hour {{ with $labels.outcome }}pages were refused as a whole: {{ . }}{{ else }}edges were forgotten: there are more than aggregate.edgeLimit allows{{ end }}.',
  },
  {
    name: 'MeshTelemetryScrapesShed',
    severity: 'warning',
    for: '10m',
    expr: [
      'meshtelemetry_scrape_stretch > 1',
      'or',
      `sum without (reason) (rate(meshtelemetry_scrapes_skipped_total[10m]))\n  /\n${allScrapes}\n> 0.05`,
    ].join('\n'),
    summary: 'mesh-telemetry has more to read than it has time for',
    description: 'Targets are read more seldom than scrape.interval says, or their turns are left out. Sums stay exact; they come later.',
  },
  {
    name: 'MeshTelemetryScrapesLate',
    severity: 'warning',
    for: '15m',
    expr: `rate(meshtelemetry_scrapes_late_total[10m])\n  /\n${allScrapes}\n> 0.1`,
    summary: `${share} of mesh-telemetry's scrapes are late`,
    description: `${share} of the scrapes of the last 10m began more than a tenth of their interval after their time: rates over short windows get rough.`,
  },
  {
    name: 'MeshTelemetryDuplicateSeries',
    severity: 'warning',
    for: '15m',
    expr: 'meshtelemetry_exposition_duplicate_series > 0',
    summary: '/metrics/osm leaves out {{ $value }} series',
    description: '{{ $value }} series of /metrics/osm have the name and the labels of another one and are left out.',
  },
]
