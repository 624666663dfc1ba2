import type { Log, LogLevel } from './log.ts'
import { type MetricKind, Metrics } from './metrics.ts'
import type { Tracer } from './tracer.ts'

/** Something noteworthy that can happen: one log line and one count under the same name, so that logs and metrics never disagree. */
export interface EventKind {
  /** `target_failing`: snake case, past or present tense of what happened. */
  readonly name: string
  /** By consequence, see `createLog`. */
  readonly level: LogLevel
  /** The log line's fixed sentence; what varies goes into fields. */
  readonly message: string
}

export const eventsTotal: MetricKind = {
  name: 'meshtelemetry_events_total',
  type: 'counter',
  help: 'Noteworthy events by name; each is one line in the log.',
  labels: ['event'],
}

/** What every stage is handed to speak about itself. */
export interface Telemetry {
  readonly log: Log
  readonly metrics: Metrics
  /** Absent where the collector does not trace itself. */
  readonly tracer?: Tracer | undefined
  /** Logs and counts one event. Fields must hold no secret. */
  emit(kind: EventKind, fields?: Readonly<Record<string, unknown>>): void
}

export function createTelemetry(log: Log, kinds: readonly MetricKind[], events: readonly EventKind[]): Telemetry {
  const metrics = new Metrics([...kinds, eventsTotal])
  for (const { name } of events) metrics.count(eventsTotal, { event: name }, 0)
  return {
    log,
    metrics,
    emit(kind, fields = {}) {
      metrics.count(eventsTotal, { event: kind.name })
      log[kind.level]({ event: kind.name, ...fields }, kind.message)
    },
  }
}
