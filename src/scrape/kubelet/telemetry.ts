import type { EventKind } from '../../telemetry/events.ts'
import type { MetricKind } from '../../telemetry/metrics.ts'

export const kubeletMetrics = {
  reads: {
    name: 'meshtelemetry_node_reads_total',
    type: 'counter',
    help: "Reads of nodes' cAdvisor by outcome: good, or the problem's code.",
    labels: ['outcome'],
  },
  bytes: { name: 'meshtelemetry_node_read_bytes_total', type: 'counter', help: "Bytes of the nodes' pages that were read." },
  duration: {
    name: 'meshtelemetry_node_read_duration_seconds',
    type: 'histogram',
    help: 'Time from the start of a read of a node until its page was read in, failed reads included.',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
} as const satisfies Record<string, MetricKind>

export const kubeletEvents = {
  failing: { name: 'node_failing', level: 'warn', message: "A node's cAdvisor cannot be read any more." },
  recovered: { name: 'node_recovered', level: 'info', message: "A node's cAdvisor can be read again." },
} as const satisfies Record<string, EventKind>
