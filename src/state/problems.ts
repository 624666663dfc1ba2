import type { ProblemKind } from '../runtime/problem.ts'

export const stateProblems = {
  state_in_use: {
    code: 'state_in_use',
    meaning: 'Another process keeps its sums in the same folder; two writers would bend the counts of both.',
    remedy: 'End the other collector, or give this one a folder of its own in state.path.',
    retryable: true,
  },
  state_unusable: {
    code: 'state_unusable',
    meaning:
      'Sums cannot be written to state.path: it is full, read-only, or no folder. Counting goes on in memory, and writing is tried again every five seconds; once it works, nothing is missing.',
    remedy:
      'Make state.path a folder that this user may write to, on a disk with room ("df -h" and "ls -ld" on it tell), before the collector ends. Where it could not be opened at the start, counting began anew: an earlier state that is found in it later is moved aside.',
    retryable: true,
  },
  state_broken: {
    code: 'state_broken',
    meaning: 'The state is corrupt, or a newer version wrote it; it was moved aside, and counting begins anew.',
    remedy:
      'Nothing need be done. To go on with the old counts, end the collector and put the file that was moved aside back, under the version that wrote it.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>
