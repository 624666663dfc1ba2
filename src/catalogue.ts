import { aggregateProblems } from './aggregate/problems.ts'
import { aggregateEvents, aggregateMetrics } from './aggregate/telemetry.ts'
import { collectorEvents } from './collector-events.ts'
import { configProblems } from './config/problems.ts'
import { kubernetesProblems } from './discover/kubernetes/problems.ts'
import { discoverProblems } from './discover/problems.ts'
import { discoverEvents, discoverMetrics } from './discover/telemetry.ts'
import { azureProblems } from './forward/azure/problems.ts'
import { azureEvents } from './forward/azure/telemetry.ts'
import { forwardProblems } from './forward/problems.ts'
import { filesProblems } from './forward/files/problems.ts'
import { rowMetrics } from './forward/rows/telemetry.ts'
import { spanProblems } from './forward/spans/problems.ts'
import { forwardEvents, forwardMetrics } from './forward/telemetry.ts'
import { httpProblems } from './http/problems.ts'
import { httpEvents, httpMetrics } from './http/telemetry.ts'
import { parseProblems } from './parse/problems.ts'
import { repairMetrics } from './receive/repair/telemetry.ts'
import { receiveProblems } from './receive/problems.ts'
import { receiveEvents, receiveMetrics } from './receive/telemetry.ts'
import type { ProblemKind } from './runtime/problem.ts'
import { kubeletProblems } from './scrape/kubelet/problems.ts'
import { kubeletEvents, kubeletMetrics } from './scrape/kubelet/telemetry.ts'
import { scrapeProblems } from './scrape/problems.ts'
import { scrapeEvents, scrapeMetrics } from './scrape/telemetry.ts'
import { stateProblems } from './state/problems.ts'
import { stateEvents, stateMetrics } from './state/telemetry.ts'
import type { EventKind } from './telemetry/events.ts'
import type { MetricKind } from './telemetry/metrics.ts'
import { ownTracesEvents, ownTracesMetrics, processMetrics } from './telemetry/telemetry.ts'

/** Everything that the stages declare, assembled: the registry, the reference pages and their tests read these lists. */
export const metricCatalogue: readonly MetricKind[] = [
  discoverMetrics,
  scrapeMetrics,
  kubeletMetrics,
  aggregateMetrics,
  stateMetrics,
  receiveMetrics,
  forwardMetrics,
  rowMetrics,
  repairMetrics,
  httpMetrics,
  ownTracesMetrics,
  processMetrics,
].flatMap((kinds): MetricKind[] => Object.values(kinds))

export const eventCatalogue: readonly EventKind[] = [
  collectorEvents,
  discoverEvents,
  scrapeEvents,
  kubeletEvents,
  aggregateEvents,
  stateEvents,
  receiveEvents,
  forwardEvents,
  azureEvents,
  httpEvents,
  ownTracesEvents,
].flatMap((kinds): EventKind[] => Object.values(kinds))

export const problemCatalogue: readonly ProblemKind[] = [
  configProblems,
  discoverProblems,
  kubernetesProblems,
  scrapeProblems,
  kubeletProblems,
  parseProblems,
  aggregateProblems,
  stateProblems,
  receiveProblems,
  forwardProblems,
  filesProblems,
  azureProblems,
  spanProblems,
  httpProblems,
].flatMap((kinds): ProblemKind[] => Object.values(kinds))
