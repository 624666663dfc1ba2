import { type AlertCase, growing, seriesText, steady } from './alert-case.ts'

const from = { job: 'mesh-telemetry', instance: 'collector:9464' }
const own = (name: string, labels: Readonly<Record<string, string>> = {}) => seriesText(`meshtelemetry_${name}`, { ...from, ...labels })
const warning = { ...from, severity: 'warning' }
const critical = { ...from, severity: 'critical' }

const runs = { [own('scrapes_in_flight')]: steady(0, 60) }
const scrapes = (good: number, bad: number, outcome = 'connection_refused') => ({
  [own('scrapes_total', { outcome: 'good' })]: growing({ by: good, minutes: 61 }),
  [own('scrapes_total', { outcome })]: growing({ by: bad, minutes: 61 }),
})
const states = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).map(([state, count]) => [own('scrape_targets', { state }), steady(count, 60)]))
const nodes = (good: number, bad: number) => ({
  [own('node_reads_total', { outcome: 'good' })]: growing({ by: good, minutes: 61 }),
  [own('node_reads_total', { outcome: 'kubelet_forbidden' })]: growing({ by: bad, minutes: 61 }),
})
const event = (name: string, values: string) => ({ [own('events_total', { event: name })]: values })
const targets = (sidecars: number) => ({
  [own('discovery_targets', { kind: 'sidecar' })]: steady(sidecars, 60),
  [own('discovery_targets', { kind: 'control-plane' })]: steady(1, 60),
})
const fetched = (values: string) => ({ [own('http_page_fetched_timestamp_seconds', { path: '/metrics/edges' })]: values })
const seconds = (minutes: number) => minutes * 60

const noData: readonly AlertCase[] = [
  { alert: 'MeshTelemetryAbsent', when: 'it was never there', series: {}, atMinute: 10, fires: [{ severity: 'critical' }] },
  { alert: 'MeshTelemetryAbsent', when: 'it runs', series: runs, atMinute: 10, fires: [] },
  { alert: 'MeshTelemetryNoTargets', when: 'there is only a control plane', series: targets(0), atMinute: 20, fires: [warning] },
  { alert: 'MeshTelemetryNoTargets', when: 'there is a sidecar', series: targets(1), atMinute: 20, fires: [] },
  {
    alert: 'MeshTelemetryTargetsFailing',
    when: 'nobody answers',
    series: states({ up: 0, stale: 7 }),
    atMinute: 20,
    fires: [
      { ...critical, state: 'up' },
      { ...warning, state: 'stale' },
    ],
  },
  {
    alert: 'MeshTelemetryTargetsFailing',
    when: 'one of many does not answer',
    series: states({ up: 99, stale: 1 }),
    atMinute: 20,
    fires: [{ ...warning, state: 'stale' }],
  },
  { alert: 'MeshTelemetryTargetsFailing', when: 'there is nobody', series: states({ up: 0, stale: 0 }), atMinute: 20, fires: [] },
  {
    alert: 'MeshTelemetryTargetsFailing',
    when: 'pods come and go',
    series: {
      ...states({ up: 9 }),
      [own('scrape_targets', { state: 'stale' })]: `${steady(0, 4)} ${steady(1, 8)} ${steady(0, 40)}`,
    },
    atMinute: 12,
    fires: [],
  },
  { alert: 'MeshTelemetryNodesFailing', when: 'a right is missing', series: nodes(0, 4), atMinute: 30, fires: [warning] },
  { alert: 'MeshTelemetryNodesFailing', when: 'one read now and then fails', series: nodes(100, 1), atMinute: 30, fires: [] },
  { alert: 'MeshTelemetryNodesFailing', when: 'nodes are not asked', series: runs, atMinute: 30, fires: [] },
  {
    alert: 'MeshTelemetryPodsNotScraped',
    when: 'pods lack the annotation',
    series: { [own('discovery_dropped', { reason: 'not_enabled' })]: steady(3, 60) },
    atMinute: 20,
    fires: [{ ...warning, reason: 'not_enabled' }],
    says: [
      {
        summary: '3 are not scraped although enabled: not_enabled',
        description:
          '3 pods or namespaces that are named for scraping are left out, for the reason not_enabled. `mesh-telemetry targets` names each with the command that mends it.',
      },
    ],
  },
  {
    alert: 'MeshTelemetryPodsNotScraped',
    when: 'pods start, have no sidecar, or nobody named them',
    series: Object.fromEntries(
      ['not_running', 'no_sidecar', 'namespace_not_named', 'ended'].map((reason) => [own('discovery_dropped', { reason }), steady(3, 60)]),
    ),
    atMinute: 20,
    fires: [],
  },
  { alert: 'MeshTelemetryEdgesNotFetched', when: 'nobody ever came', series: runs, atMinute: 10, fires: [warning] },
  {
    alert: 'MeshTelemetryEdgesNotFetched',
    when: 'nobody comes any more',
    series: { ...runs, ...fetched(`${growing({ by: 60, minutes: 10 })} ${steady(seconds(10), 20)}`) },
    atMinute: 25,
    fires: [{ ...warning, path: '/metrics/edges' }],
  },
  {
    alert: 'MeshTelemetryEdgesNotFetched',
    when: 'it is fetched once a minute',
    series: { ...runs, ...fetched(growing({ by: 60, minutes: 61 })) },
    atMinute: 25,
    fires: [],
  },
  {
    alert: 'MeshTelemetryDiscoveryBlind',
    when: 'a right is missing',
    series: {
      [own('discovery_watches', { resource: 'pods', state: 'refused' })]: steady(1, 60),
      [own('discovery_watches', { resource: 'namespaces', state: 'following' })]: steady(1, 60),
      [own('discovery_problems')]: steady(0, 60),
    },
    atMinute: 20,
    fires: [{ ...warning, resource: 'pods', state: 'refused' }],
    says: [
      {
        summary: 'mesh-telemetry does not see what changes in the cluster',
        description:
          'Something that discovery follows cannot be read: pods, refused. Who is known goes on being scraped; new pods and changed lists are not noticed.',
      },
    ],
  },
  {
    alert: 'MeshTelemetryDiscoveryBlind',
    when: 'a file is faulty',
    series: { [own('discovery_problems')]: steady(1, 60) },
    atMinute: 20,
    fires: [warning],
    says: [
      {
        summary: 'mesh-telemetry does not see what changes in the cluster',
        description:
          'Something that discovery follows cannot be read. Who is known goes on being scraped; new pods and changed lists are not noticed.',
      },
    ],
  },
  {
    alert: 'MeshTelemetryDiscoveryBlind',
    when: 'a watch was begun anew',
    series: {
      [own('discovery_watches', { resource: 'pods', state: 'retrying' })]: `${steady(0, 5)} ${steady(1, 3)} ${steady(0, 40)}`,
      [own('discovery_problems')]: steady(0, 60),
    },
    atMinute: 8,
    fires: [],
  },
]

const once = `${steady(0, 10)} ${steady(1, 50)}`

const dropping: readonly AlertCase[] = [
  {
    alert: 'MeshTelemetryStateUnsafe',
    when: 'the disk is full',
    series: { [own('state_unsafe')]: steady(1, 60) },
    atMinute: 10,
    fires: [warning],
  },
  {
    alert: 'MeshTelemetryStateUnsafe',
    when: 'the disk is well',
    series: { [own('state_unsafe')]: steady(0, 60) },
    atMinute: 10,
    fires: [],
  },
  {
    alert: 'MeshTelemetryCommitsFailing',
    when: 'one has failed',
    series: event('commit_failed', once),
    atMinute: 15,
    fires: [{ ...critical, event: 'commit_failed' }],
  },
  { alert: 'MeshTelemetryCommitsFailing', when: 'one failed long ago', series: event('commit_failed', once), atMinute: 40, fires: [] },
  {
    alert: 'MeshTelemetryLimitReached',
    when: 'edges were forgotten',
    series: { ...event('edges_forgotten', once), ...scrapes(60, 0, 'too_many_edges') },
    atMinute: 15,
    fires: [{ ...warning, event: 'edges_forgotten' }],
    says: [
      {
        summary: 'mesh-telemetry leaves something out for want of room',
        description: 'In the last hour edges were forgotten: there are more than aggregate.edgeLimit allows.',
      },
    ],
  },
  {
    alert: 'MeshTelemetryLimitReached',
    when: 'a target names too much',
    series: { ...event('edges_forgotten', steady(0, 60)), ...scrapes(60, 6, 'too_many_names') },
    atMinute: 15,
    fires: [{ ...warning, outcome: 'too_many_names' }],
    says: [
      {
        summary: 'mesh-telemetry leaves something out for want of room',
        description: 'In the last hour pages were refused as a whole: too_many_names.',
      },
    ],
  },
  {
    alert: 'MeshTelemetryLimitReached',
    when: 'a target is away',
    series: { ...event('edges_forgotten', steady(0, 60)), ...scrapes(60, 6) },
    atMinute: 15,
    fires: [],
  },
  {
    alert: 'MeshTelemetryScrapesShed',
    when: 'every second interval is read',
    series: { [own('scrape_stretch')]: steady(2, 60), ...scrapes(60, 0) },
    atMinute: 15,
    fires: [warning],
  },
  {
    alert: 'MeshTelemetryScrapesShed',
    when: 'a tenth of the turns is left out',
    series: {
      [own('scrape_stretch')]: steady(1, 60),
      [own('scrapes_skipped_total', { reason: 'held_up' })]: growing({ by: 6, minutes: 61 }),
      ...scrapes(60, 0),
    },
    atMinute: 25,
    fires: [warning],
  },
  {
    alert: 'MeshTelemetryScrapesShed',
    when: 'a turn now and then is left out',
    series: {
      [own('scrape_stretch')]: steady(1, 60),
      [own('scrapes_skipped_total', { reason: 'running' })]: growing({ by: 1, minutes: 61 }),
      ...scrapes(60, 0),
    },
    atMinute: 25,
    fires: [],
  },
  {
    alert: 'MeshTelemetryScrapesLate',
    when: 'a fifth is late',
    series: { [own('scrapes_late_total')]: growing({ by: 12, minutes: 61 }), ...scrapes(60, 0) },
    atMinute: 30,
    fires: [warning],
  },
  {
    alert: 'MeshTelemetryScrapesLate',
    when: 'a few are late',
    series: { [own('scrapes_late_total')]: growing({ by: 3, minutes: 61 }), ...scrapes(60, 0) },
    atMinute: 30,
    fires: [],
  },
  {
    alert: 'MeshTelemetryDuplicateSeries',
    when: 'two targets look alike',
    series: { [own('exposition_duplicate_series')]: steady(40, 60) },
    atMinute: 20,
    fires: [warning],
  },
  {
    alert: 'MeshTelemetryDuplicateSeries',
    when: 'none do',
    series: { [own('exposition_duplicate_series')]: steady(0, 60) },
    atMinute: 20,
    fires: [],
  },
]

export const collectorAlertCases: readonly AlertCase[] = [...noData, ...dropping]
