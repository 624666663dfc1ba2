import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'

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
  outcomeFailed: {
    name: 'discovery_outcome_failed',
    level: 'error',
    message: 'What discovery found could not be taken in; its next change is tried afresh.',
  },
} as const satisfies Record<string, EventKind>
