import type { ProblemKind } from '../runtime/problem.ts'

export const aggregateProblems = {
  address_reused: {
    code: 'address_reused',
    meaning: 'A pod that is being deleted was read, and another process answered: its address belongs to somebody else already.',
    remedy: 'Nothing need be done: the page was not counted, and what the pod counted before is kept.',
    retryable: false,
  },
  too_many_names: {
    code: 'too_many_names',
    meaning:
      'The target has named so many series that are gone by now that not all of them can be remembered. Without that it cannot be counted right, so it is not counted at all until its container or pod is another.',
    remedy:
      'Its page names other series each time: compare two of them, mesh-telemetry scrape <url>. It is counted again after a restart: kubectl delete pod <pod> -n <namespace>. Where this is meant, raise aggregate.rememberedLimit or aggregate.totalRememberedLimit, as the message says.',
    retryable: false,
  },
  too_many_edges: {
    code: 'too_many_edges',
    meaning:
      'All targets together name more edges than aggregate.edgeLimit. This one names so many that there is no room for it; what it counted before stays, and every minute it is tried again.',
    remedy:
      'A sidecar that knows this many clusters sees services that it never calls: narrow what it may reach with traffic policies. Where they are all meant, raise aggregate.edgeLimit.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>
