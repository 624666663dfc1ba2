import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'

export const stateMetrics = {
  commitDuration: {
    name: 'meshtelemetry_state_commit_duration_seconds',
    type: 'histogram',
    help: 'Time until a commit was safe on disk, the wait for the thread included.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  },
  unsafe: {
    name: 'meshtelemetry_state_unsafe',
    type: 'gauge',
    help: '1 while sums cannot be written to state.path and live in memory only; 0 otherwise.',
  },
} as const satisfies Record<string, MetricKind>

export const stateEvents = {
  movedAside: {
    name: 'state_moved_aside',
    level: 'error',
    message: 'The state could not be read; it was moved aside, and counting begins anew.',
  },
  superseded: {
    name: 'state_superseded',
    level: 'warn',
    message:
      'An earlier state was found when state.path could be used at last; what was counted since takes its place, and it was moved aside.',
  },
  restored: { name: 'state_restored', level: 'info', message: 'Counting goes on from the state of the last run.' },
  unsafe: {
    name: 'state_unsafe',
    level: 'error',
    message: 'Sums cannot be written to state.path; counting goes on in memory, and writing is tried again.',
  },
  strangers: {
    name: 'outbox_strangers',
    level: 'warn',
    message: 'Something waits in the outbox for destinations that are not configured; it goes when it is older than outbox.keep.',
  },
  smallDisk: {
    name: 'outbox_small_disk',
    level: 'info',
    message: 'The disk that state.path is on has not enough room for outbox.limit; less may wait for destinations.',
  },
  inMemory: {
    name: 'outbox_in_memory',
    level: 'warn',
    message: 'The disk that state.path is on is full; sums are still written, but what is new for destinations waits in memory.',
  },
  safe: { name: 'state_safe', level: 'info', message: 'Sums are written to state.path again; nothing is missing.' },
} as const satisfies Record<string, EventKind>
