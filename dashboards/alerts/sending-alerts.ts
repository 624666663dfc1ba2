import type { Alert } from './alert.ts'

const lost = 'meshtelemetry_destination_dropped_rows_total'
/** However long a destination wants to be left alone, it is tried again within five minutes. */
const failures = 'increase(meshtelemetry_destination_failures_total[15m])'
const arrivals = 'increase(meshtelemetry_destination_sent_rows_total[5m])'

/** What is pushed to destinations does not arrive there. */
export const sendingAlerts: readonly Alert[] = [
  {
    name: 'MeshTelemetryDestinationLagging',
    severity: 'warning',
    for: '1m',
    expr: 'meshtelemetry_destination_lag_seconds > 900',
    summary: '{{ $labels.destination }} has not got rows that are {{ $value | humanizeDuration }} old',
    description:
      'The oldest rows that wait for {{ $labels.destination }} are {{ $value | humanizeDuration }} old. They wait in the outbox, until it has no room left or they are older than outbox.keep.',
  },
  {
    name: 'MeshTelemetryDestinationFailing',
    severity: 'warning',
    for: '5m',
    expr: `${failures} > 0\nand ignoring (code)\n${arrivals} == 0`,
    summary: '{{ $labels.destination }} takes no rows: {{ $labels.code }}',
    description:
      'Nothing has arrived at {{ $labels.destination }} for ten minutes, and tries fail: {{ $labels.code }}. What is made meanwhile waits in the outbox.',
  },
  {
    name: 'MeshTelemetryRowsDropped',
    severity: 'critical',
    // A reason's first rows come together with its series, which `increase` does not see.
    expr: `increase(${lost}[1h]) > 0\nor\n(${lost} unless ${lost} offset 1h) > 0`,
    summary: 'Rows for {{ $labels.destination }} are lost: {{ $labels.reason }}',
    description:
      '{{ $value | humanize }} rows were dropped within the last hour and will never arrive at {{ $labels.destination }}, for the reason {{ $labels.reason }}.',
  },
]
