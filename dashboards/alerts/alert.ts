/** One alert as Prometheus' rule files have it; what is beyond them is worked out from the name. */
export interface Alert {
  /** CamelCase. Its page is `docs/runbooks/<name>.md`. Two may share a name when their labels tell them apart. */
  readonly name: string
  readonly severity: Severity
  /** Labels beside the severity and those of the expression. */
  readonly labels?: Readonly<Record<string, string>>
  readonly expr: string
  /** How long it has to hold, as Prometheus writes durations; absent: it fires at once. */
  readonly for?: string
  /** One line for a phone. */
  readonly summary: string
  /** What is meant, with the numbers; at most three sentences. */
  readonly description: string
}

/** critical: somebody is to look now. warning: in working hours. */
export type Severity = 'critical' | 'warning'
