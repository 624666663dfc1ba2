import type { ProblemKind } from '../runtime/problem.ts'

export const aggregateProblems = {
  address_reused: {
    code: 'address_reused',
    meaning: 'A pod that is being deleted was read, and another process answered: its address belongs to somebody else already.',
    remedy: 'Nothing need be done: the page was not counted, and what the pod counted before is kept.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>
