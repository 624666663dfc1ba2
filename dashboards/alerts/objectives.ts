/**
 * What is promised of each service, and what of it is watched. Whoever promises something else changes it here and runs `npm run dashboards`, or
 * replaces the numbers in the rule file: they stand there as they are here.
 */
export const objectives = {
  failures: {
    /** Share of requests that must not end with a 5xx, over thirty days. */
    good: 0.999,
  },
  latency: {
    /** Share of requests that must be answered within `seconds`, over thirty days. */
    good: 0.99,
    /** Must be the bound of a bucket: Envoy has 0.5, 1, 2.5 and 5 s among others. */
    seconds: 1,
  },
  /** Fewer bad requests than this within the long window wake nobody up, however large their share. */
  fewest: 10,
  /** Callers in the mesh speak for a service when their sidecars see this share of its requests or more; else its own sidecar does. Retries arrive more than once, so it is not 1. */
  callersSee: 0.5,
} as const

/** A budget of thirty days that is spent this many times too fast, over two windows: the long one says that it matters, the short one that it is not over. */
export interface BurnWindow {
  readonly name: 'fast' | 'slow'
  readonly severity: 'critical' | 'warning'
  readonly long: string
  readonly short: string
  readonly factor: number
  readonly for: string
}

/** Fast: 2% of the budget within an hour. Slow: 5% within six hours. The factors are those of the Site Reliability Workbook, chapter 5. */
export const burnWindows: readonly BurnWindow[] = [
  { name: 'fast', severity: 'critical', long: '1h', short: '5m', factor: 14.4, for: '2m' },
  { name: 'slow', severity: 'warning', long: '6h', short: '30m', factor: 6, for: '15m' },
]
