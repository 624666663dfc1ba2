import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'
import type { ActivityKind } from '../telemetry/tracer.ts'

export const discoverMetrics = {
  targets: {
    name: 'meshtelemetry_discovery_targets',
    type: 'gauge',
    help: 'Targets that discovery found, by kind.',
    labels: ['kind'],
  },
  dropped: {
    name: 'meshtelemetry_discovery_dropped',
    type: 'gauge',
    help: 'Namespaces and pods that are not scraped, by reason; /api/v1/targets names each with its remedy.',
    labels: ['reason'],
  },
  watchHeard: {
    name: 'meshtelemetry_discovery_watch_heard_timestamp_seconds',
    type: 'gauge',
    help: 'When the Kubernetes API server last sent anything of a kind of objects; a minute without is usual, two are not.',
    labels: ['resource'],
  },
  watches: {
    name: 'meshtelemetry_discovery_watches',
    type: 'gauge',
    help: 'Lists of the Kubernetes API server that are followed, by state: following, retrying, refused, absent, starting.',
    labels: ['resource', 'state'],
  },
  watchRestarts: {
    name: 'meshtelemetry_discovery_watch_restarts_total',
    type: 'counter',
    help: 'Watches of the Kubernetes API server that ended and were begun anew; the server ends each after five minutes at most.',
    labels: ['resource'],
  },
  problems: {
    name: 'meshtelemetry_discovery_problems',
    type: 'gauge',
    help: 'Faults of the inputs that discovery follows; the last good state of each input stays in force.',
  },
} as const satisfies Record<string, MetricKind>

export const discoverEvents = {
  problemAppeared: {
    name: 'discovery_problem_appeared',
    level: 'warn',
    message: 'Something that discovery reads is wrong; what was good of it before stays in force.',
  },
  problemResolved: { name: 'discovery_problem_resolved', level: 'info', message: 'A problem of what discovery reads is gone.' },
  namespacesChanged: { name: 'namespaces_changed', level: 'info', message: 'Other namespaces are named for scraping than before.' },
  watchLost: {
    name: 'discovery_watch_lost',
    level: 'warn',
    message: 'The Kubernetes API server is not heard; whatever it said before holds, and who is known goes on being scraped.',
  },
  watchRegained: { name: 'discovery_watch_regained', level: 'info', message: 'The Kubernetes API server is heard again.' },
  outcomeFailed: {
    name: 'discovery_outcome_failed',
    level: 'error',
    message: 'What discovery found could not be taken in; its next change is tried afresh.',
  },
} as const satisfies Record<string, EventKind>

export const discoverActivities = { round: { name: 'discovery round' } } as const satisfies Record<string, ActivityKind>
