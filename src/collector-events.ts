import type { EventKind } from './telemetry/events.ts'

export const collectorEvents = {
  started: { name: 'collector_started', level: 'info', message: 'The collector listens and follows its targets.' },
  commitFailed: {
    name: 'commit_failed',
    level: 'error',
    message: 'Sums could not be committed; nothing newer is shown until a commit holds.',
  },
} as const satisfies Record<string, EventKind>
