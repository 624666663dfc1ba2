import type { EventKind } from './telemetry/events.ts'

export const collectorEvents = {
  started: { name: 'collector_started', level: 'info', message: 'The collector listens and follows its targets.' },
  stoodStill: {
    name: 'stood_still',
    level: 'warn',
    message:
      'The process could not run for a while: it was stopped, its machine slept, or it got no time. Its targets are read again, one after the other.',
  },
  stopCutShort: {
    name: 'stop_cut_short',
    level: 'error',
    message: 'The time to stop was over before everything was committed; the next run counts what pods still show of it.',
  },
  roundFailed: {
    name: 'row_round_failed',
    level: 'error',
    message: 'A round of rows could not be made; the next one is made all the same.',
  },
  commitFailed: {
    name: 'commit_failed',
    level: 'error',
    message: 'Sums could not be committed; nothing newer is shown until a commit holds.',
  },
} as const satisfies Record<string, EventKind>
