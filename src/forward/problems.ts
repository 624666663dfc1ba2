import type { ProblemKind } from '../runtime/problem.ts'

export const forwardProblems = {
  delivery_failed: {
    code: 'delivery_failed',
    meaning:
      'Something that has no code of its own kept rows or spans from a destination, or from being read out of the outbox. It is tried again, ever more seldom.',
    remedy: 'The message names the cause. What waits is under destinations in /api/v1/status; it goes when it is older than outbox.keep.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>
