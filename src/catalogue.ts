import { aggregateEvents, aggregateMetrics } from './aggregate/telemetry.ts'
import type { ProblemKind } from './runtime/problem.ts'
import type { EventKind } from './telemetry/events.ts'
import type { MetricKind } from './telemetry/metrics.ts'

/** Everything that the stages declare, assembled: the registry, the reference pages and their tests read these lists. */
export const metricCatalogue: readonly MetricKind[] = [...Object.values(aggregateMetrics)]
export const eventCatalogue: readonly EventKind[] = [...Object.values(aggregateEvents)]
export const problemCatalogue: readonly ProblemKind[] = []
