import type { ProblemKind } from '../runtime/problem.ts'

/** Why a page that arrived whole is no good. Nothing of such a page is used. */
export const parseProblems = {
  malformed_page: {
    code: 'malformed_page',
    meaning: 'The page is not in the Prometheus text format 0.0.4; one broken line makes the whole page worthless.',
    remedy:
      'Look at the named line: mesh-telemetry scrape <url>. A proxy in between, or a port that is not the metrics port, answers with something else.',
    retryable: true,
  },
  empty_page: {
    code: 'empty_page',
    meaning: 'The sidecar answered with a page that holds no sample at all.',
    remedy: 'A filter that matches nothing looks like this. Compare with the whole page: mesh-telemetry scrape <url>.',
    retryable: true,
  },
  unknown_dialect: {
    code: 'unknown_dialect',
    meaning: 'The page holds samples, but none that a sidecar of this mesh prints.',
    remedy:
      'See what answers there: mesh-telemetry scrape <url>. If it is the application, point the annotation prometheus.io/port at the sidecar (15010); else set discover.mesh.dialect.',
    retryable: false,
  },
  too_many_series: {
    code: 'too_many_series',
    meaning: 'The page holds more wanted series than parse.seriesLimit allows; nothing of it was used.',
    remedy:
      'A sidecar that knows this many clusters sees services that it never calls: narrow what it may reach with traffic policies. Where they are all meant, raise parse.seriesLimit, or leave WASM statistics out with scrape.requestStats: off.',
    retryable: false,
  },
  no_room_for_series: {
    code: 'no_room_for_series',
    meaning:
      'All targets together hold as many wanted series as parse.totalSeriesLimit or parse.distinctSeriesLimit allows. Nothing of this page was used; it is taken as soon as others leave.',
    remedy:
      'See who holds most: mesh-telemetry targets. Narrow what those sidecars may reach with traffic policies, or leave WASM statistics out with scrape.requestStats: off. Where they are all meant, raise the limit that the message names: the memory for it is in its description.',
    retryable: true,
  },
  line_too_long: {
    code: 'line_too_long',
    meaning: 'A line of the page is longer than a line may be.',
    remedy: 'See what answers there: mesh-telemetry scrape <url>. Names and labels of a mesh are far shorter.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>
