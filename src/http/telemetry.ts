import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'

export const httpMetrics = {
  requests: {
    name: 'meshtelemetry_http_requests_total',
    type: 'counter',
    help: 'Answers by path and status code.',
    labels: ['path', 'status'],
  },
  pageDuration: {
    name: 'meshtelemetry_http_page_duration_seconds',
    type: 'histogram',
    help: 'Time from the first to the last byte of a page of metrics, given up ones included.',
    labels: ['path'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  pageFetched: {
    name: 'meshtelemetry_http_page_fetched_timestamp_seconds',
    type: 'gauge',
    help: "When a page of metrics was last fetched whole, seconds since the epoch; this program's own commands do not count. Absent before the first time.",
    labels: ['path'],
  },
} as const satisfies Record<string, MetricKind>

export const httpEvents = {
  listening: { name: 'http_listening', level: 'info', message: 'Pages, API and web page are served.' },
  portMoved: { name: 'http_port_moved', level: 'info', message: 'The port is taken: the next free one serves instead.' },
  answerFailed: { name: 'http_answer_failed', level: 'error', message: 'An answer failed because of a defect of the collector.' },
  pageCut: { name: 'http_page_cut', level: 'warn', message: 'A page was not fetched in time, and given up.' },
  fileReloaded: { name: 'http_file_reloaded', level: 'info', message: 'A certificate or token file has changed, and is used now.' },
  fileUnusable: {
    name: 'http_file_unusable',
    level: 'warn',
    message: 'A certificate or token file has changed and cannot be used: the last good one stays.',
  },
} as const satisfies Record<string, EventKind>
