import { z } from 'zod'

/** What people and programs read of an edge: one schema for the API, its documentation and everyone's types. */

const perSecond = z.number().describe('Per second, over the window that was really covered.')
const total = z.number().describe('Since the collector watches.')
const reasons = z.record(z.string(), z.number())

export const requestFigures = z
  .object({
    total,
    perSecond,
    inWindow: z.number().describe('Requests in the window.'),
    byCode: z.record(z.string(), z.number()).describe('Requests in the window by response code.'),
    errorRatio: z.number().min(0).max(1).nullable().describe('Share of 5xx among the requests in the window; null without requests.'),
    clientErrorRatio: z.number().min(0).max(1).nullable().describe('Share of 4xx among the requests in the window; null without requests.'),
    failures: reasons.describe(
      'Failures in the window by reason. The response codes hold them already; reasons overlap and are never added.',
    ),
  })
  .describe('HTTP requests; null for an edge that never carried any (TCP).')

export const latencyFigures = z
  .object({ p50: z.number(), p90: z.number(), p95: z.number(), p99: z.number(), count: z.number(), mean: z.number() })
  .describe('Seconds, over the window, of requests that got an answer; null without any.')

export const connectionFigures = z.object({
  active: z.number().nullable().describe('Open now; null where the side does not tell.'),
  opened: z.number().describe('Opened in the window.'),
  openedTotal: total,
  failed: z.number().describe('Attempts in the window that failed to connect (reason connect_fail).'),
  byReason: reasons.describe('Failures in the window by reason; reasons overlap and are never added.'),
})

export const byteFigures = z.object({ sentPerSecond: perSecond, receivedPerSecond: perSecond, sentTotal: total, receivedTotal: total })

const trendFigures = z
  .object({
    requests: z.array(z.number()),
    errors: z.array(z.number()).describe('5xx.'),
    opened: z.array(z.number()).describe('Connections opened.'),
  })
  .describe("What happened in each of the answer's steps; their sums are those of the window. Only where trend is asked for.")

export const edgeFigures = z.object({
  kind: z.enum(['outbound', 'inbound', 'workload']).describe('workload: from WASM statistics, never added to the others.'),
  labels: z.record(z.string(), z.string()).describe('As on /metrics/edges. Of edges that are summed: the labels that all of them share.'),
  live: z.boolean().describe('A scraped sidecar reports this edge now; of edges that are summed: any of them.'),
  requests: requestFigures.nullable(),
  latencySeconds: latencyFigures.nullable(),
  connections: connectionFigures.nullable().describe('null for workload edges.'),
  bytes: byteFigures.nullable().describe('null for workload edges.'),
  trend: trendFigures.optional(),
})
export type EdgeFigures = z.infer<typeof edgeFigures>

export const edgesAnswer = z.object({
  atMs: z
    .number()
    .describe(
      'Wall time of the committed state at which the window ends, milliseconds since the epoch; with until, of the one nearest to it.',
    ),
  windowMs: z.number().describe('The window asked for, milliseconds.'),
  coveredMs: z.number().describe('The window that history could cover; rates are over this one.'),
  steps: z
    .array(z.object({ atMs: z.number().describe('End of the step, milliseconds since the epoch.'), seconds: z.number() }))
    .optional()
    .describe('The steps of every trend, oldest first, at most 60. Only where trend is asked for.'),
  edges: z.array(edgeFigures),
})
export type EdgesAnswer = z.infer<typeof edgesAnswer>

export const historyPoint = z.object({
  atMs: z.number().describe('End of the step, milliseconds since the epoch.'),
  seconds: z.number().describe('Length of the step.'),
  requests: z.number(),
  errors: z.number().describe('5xx.'),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  active: z.number().nullable(),
  opened: z.number(),
  sentBytes: z.number(),
  receivedBytes: z.number(),
})

export const historyAnswer = z.object({
  windowMs: z.number(),
  stepMs: z
    .number()
    .describe(
      'The step, milliseconds: longer than asked for where more than about 100,000 points would come of it; ask for fewer edges then.',
    ),
  edges: z.array(z.object({ labels: z.record(z.string(), z.string()), points: z.array(historyPoint) })),
})
export type HistoryAnswer = z.infer<typeof historyAnswer>

const problem = z.object({ code: z.string(), message: z.string(), remedy: z.string() })

export const targetFigures = z.object({
  id: z.string(),
  url: z.string(),
  kind: z.enum(['sidecar', 'control-plane']),
  dialect: z.string(),
  namespace: z.string().nullable(),
  pod: z.string().nullable(),
  workload: z.string().nullable(),
  labels: z.record(z.string(), z.string()).describe("The target's labels on /metrics/osm."),
  state: z
    .enum(['waiting', 'up', 'failing', 'stale'])
    .describe(
      'waiting: not asked yet; up: the last page was fine; failing: the last try failed, for the first time; stale: it failed twice in a row or more, and its open connections are not shown until it answers.',
    ),
  terminating: z.boolean(),
  lastPageMs: z.number().nullable().describe('Wall time of the last complete page, milliseconds since the epoch.'),
  durationMs: z.number().nullable(),
  bytes: z.number().nullable(),
  series: z.number().nullable(),
  asked: z.enum(['filtered', 'whole']).nullable(),
  failures: z.number().describe('Scrapes that failed in a row.'),
  error: problem.nullable(),
  notice: problem.nullable().describe('Why it is read more seldom than others.'),
})

const paceFigures = z.object({
  intervalMs: z.number().describe('scrape.interval, milliseconds.'),
  everyNth: z.number().describe('Each target is read in every n-th interval: 1 unless there is more to read than there is time.'),
  problem: problem.nullable().describe('Why not in every interval.'),
})

export const droppedFigures = z.object({ namespace: z.string(), pod: z.string().nullable(), reason: z.string(), remedy: z.string() })

const inputProblem = problem
  .extend({ file: z.string().nullable(), line: z.number().nullable() })
  .describe('What is wrong with an input that discovery follows; the last good state of that input stays in force.')

export const targetsAnswer = z.object({
  targets: z.array(targetFigures),
  dropped: z.array(droppedFigures),
  rule: z.string().describe('What names those who are scraped, and whom it names.'),
  problems: z.array(inputProblem),
  scrape: paceFigures,
})
export type TargetsAnswer = z.infer<typeof targetsAnswer>

const meshConfig = z
  .object({
    tracing: z.object({
      enabled: z.boolean(),
      address: z.string().nullable(),
      port: z.number().nullable(),
      endpoint: z.string().nullable(),
    }),
    wasmStats: z.boolean().nullable().describe('Whether sidecars print statistics per pair of pods; null where it is not said.'),
  })
  .describe("What the mesh's own configuration says of its telemetry; null where none was found or may be read.")

const controlPlanePod = z.object({
  namespace: z.string(),
  pod: z.string(),
  app: z.string().describe('Its part of the control plane: osm-controller, osm-injector, osm-bootstrap.'),
  state: z
    .string()
    .describe(
      "The pod's phase, or what keeps a container of it from running: Running, CrashLoopBackOff; Starting and NotReady where one runs and is not ready, for the first time or after one that ended.",
    ),
})

const watch = z.object({
  resource: z.string(),
  namespace: z.string().nullable().describe('null: all namespaces.'),
  state: z
    .enum(['starting', 'following', 'retrying', 'refused', 'absent'])
    .describe('refused: a right is missing; absent: the server does not know such objects. What was heard last holds meanwhile.'),
  lastHeardMs: z
    .number()
    .nullable()
    .describe('Wall time when the API server last sent anything of it: about once a minute where nothing happens.'),
  problem: inputProblem.nullable(),
})

const containerUse = z
  .object({
    from: z.enum(['kubelet', 'apiserver']),
    nodes: z.record(z.string(), z.number()).describe('Number of nodes that are read, by state: waiting, up, failing, stale.'),
    samples: z.number().describe('Samples of containers on /metrics/osm.'),
    problems: z
      .array(problem.extend({ nodes: z.array(z.string()).describe('Whom it concerns.') }))
      .describe('Why nodes cannot be read, each kind once, in the words of the first node.'),
  })
  .describe('CPU and memory of containers, as nodes tell them; null where scrape.cadvisor.from is off.')

export const destinationFigures = z.object({
  name: z.string(),
  lagSeconds: z.number().nullable().describe('Age of the oldest that waits; null when nothing does.'),
  queued: z.object({
    chunks: z.number(),
    count: z.number().describe('Rows or spans.'),
    bytes: z.number().describe('As they are kept: compressed.'),
    limitBytes: z
      .number()
      .describe('How much may wait for all destinations together: outbox.limit, or less where the disk of state.path has less room.'),
  }),
  sent: z.number().describe('Rows or spans that arrived since the collector runs.'),
  sentMs: z.number().nullable().describe('Wall time of the last arrival.'),
  dropped: z.record(z.string(), z.number()).describe('Rows or spans that will never arrive, by reason, since the collector runs.'),
  error: problem.extend({ atMs: z.number() }).nullable().describe('Why the last try failed; null once one has succeeded after it.'),
})
export type DestinationFigures = z.infer<typeof destinationFigures>

export const receiverFigures = z
  .object({
    url: z.string().nullable().describe('Where spans are taken; null until it listens.'),
    paths: z.array(z.string()),
    spansPerSecond: z.number().describe('That came, over the last ten seconds.'),
    received: z.number().describe('Spans that came since the collector runs: accepted and refused.'),
    accepted: z.number(),
    sampledOut: z.number().describe('Accepted ones of traces that traces.sample leaves out.'),
    refused: z.record(z.string(), z.number()).describe('Spans by reason; see meshtelemetry_spans_refused_total.'),
    refusedRequests: z
      .record(z.string(), z.number())
      .describe('Requests by the status of their answer, from 400 on. Of what was refused unread nobody knows how many spans it had.'),
  })
  .describe('Spans from sidecars; null where traces.listen is not set.')
export type ReceiverFigures = z.infer<typeof receiverFigures>

const statusFigures = z.object({
  version: z.string(),
  startedMs: z.number(),
  ready: z.boolean(),
  reason: z
    .string()
    .nullable()
    .describe('Why not ready; or, of a collector that is ready, why targets are read more seldom than configured.'),
  committedMs: z.number().nullable().describe('Wall time of the last committed state.'),
  discovery: z.object({
    rule: z.string(),
    namespaces: z.array(z.string()),
    meshName: z.string().nullable(),
    meshConfig: meshConfig.nullable(),
    controlPlane: z.array(controlPlanePod).describe('The pods of the control plane; empty where none was found or may be read.'),
    problems: z.array(inputProblem),
    watches: z.array(watch).describe('What is followed of a Kubernetes API server, and when it was heard last; empty for other sources.'),
  }),
  scrape: paceFigures,
  containers: containerUse.nullable(),
  traces: receiverFigures.nullable(),
  destinations: z.array(destinationFigures).describe('Where rows and spans are sent, and what has not arrived there.'),
  targets: z.record(z.string(), z.number()).describe('Number of targets by state.'),
  dropped: z.record(z.string(), z.number()).describe('Number of pods and namespaces that are not scraped, by reason.'),
  edges: z.number(),
  cells: z.number().describe('Sums that are kept.'),
})
export type StatusFigures = z.infer<typeof statusFigures>

export const statusAnswer = statusFigures.extend({
  links: z.object({ jaeger: z.string().nullable().describe("Where browsers reach Jaeger's page: http.jaeger.") }),
})
export type StatusAnswer = z.infer<typeof statusAnswer>
