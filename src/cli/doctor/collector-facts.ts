import {
  type DestinationFigures,
  type EdgesAnswer,
  edgesAnswer,
  type StatusAnswer,
  statusAnswer,
  type TargetsAnswer,
  targetsAnswer,
} from '../../model/figures.ts'
import { parseProblems } from '../../parse/problems.ts'
import { placeText } from '../../runtime/problem.ts'
import type { CollectorPlace } from '../cluster-place.ts'
import { isInternal } from '../edge-names.ts'
import type {
  CollectorFacts,
  Complaint,
  ContainerFacts,
  DestinationFacts,
  Facts,
  PageFacts,
  PagePath,
  SidecarFacts,
  TracingFacts,
} from './facts.ts'
import { fetchTimes, seriesOf } from './pulled-pages.ts'
import { unreadOf } from './unread.ts'

/**
 * What a running collector tells, through its API.
 *
 * @throws {Problem} of `cliProblems` where it does not tell
 */
export async function collectorFacts({ client, title, address, log }: CollectorPlace, nowMs: number): Promise<Facts> {
  const [status, { targets, dropped }, edges] = await Promise.all([
    client.answer('api/v1/status', statusAnswer),
    client.answer('api/v1/targets', targetsAnswer),
    client.answer('api/v1/edges?window=5m', edgesAnswer),
  ])
  const fetched = fetchTimes(await client.text('metrics'))
  const page = async (path: PagePath): Promise<PageFacts> => {
    const lastMs = fetched.get(path)
    return { series: await seriesOf(client, path), ...(lastMs !== undefined && { fetchedAgoMs: Math.max(0, nowMs - lastMs) }) }
  }
  // One after the other: the collector renders only so many at a time.
  const pages = { '/metrics/osm': await page('/metrics/osm'), '/metrics/edges': await page('/metrics/edges') }
  const { discovery } = status
  const { wasmStats } = discovery.meshConfig ?? {}
  const sidecars = targets.filter(({ kind, terminating }) => kind === 'sidecar' && !terminating).map(sidecarFacts)
  const edgeFacts = edgeFactsOf(edges)
  const seen = sidecars.some(({ page }) => page === 'good')
  return {
    discovered: status.ready || [discovery.namespaces, targets, dropped].some(({ length }) => length > 0),
    rule: discovery.rule,
    namespaces: discovery.namespaces,
    controlPlane: discovery.controlPlane,
    controlPlaneFaults: targets.filter(({ kind, terminating }) => kind === 'control-plane' && !terminating).flatMap(controlPlaneFault),
    unread: unreadOf(discovery.watches, discovery.namespaces),
    ...(typeof wasmStats === 'boolean' && { wasmStats }),
    complaints: discovery.problems.map(complaintOf),
    dropped,
    sidecars,
    ...(seen && { requestStats: edgeFacts.workload > 0 }),
    collector: {
      title,
      address,
      log,
      ...readiness(status),
      ...containerFacts(status),
      ...tracingFacts(status),
      destinations: status.destinations.map((figures) => destinationFacts(figures, nowMs)),
      edges: edgeFacts,
      pages,
    },
  }
}

function readiness({ ready, reason, scrape, discovery }: StatusAnswer): Pick<CollectorFacts, 'ready' | 'reason' | 'pace' | 'watches'> {
  const watches = discovery.watches
    .filter(({ state }) => state !== 'absent' && state !== 'refused')
    .map(({ resource, namespace, state }) => ({
      title: namespace === null ? resource : `${resource} in ${namespace}`,
      heard: state === 'following',
    }))
  return { ready, ...(reason !== null && { reason }), ...(scrape.problem && { pace: scrape.problem }), watches }
}

function containerFacts({ containers, discovery }: StatusAnswer): { readonly containers?: ContainerFacts } {
  if (!containers) return {}
  const { nodes, samples, problems } = containers
  const unlisted = discovery.watches.find(({ resource }) => resource === 'nodes')?.problem
  return { containers: { nodes, samples, problems, ...(unlisted && { unlisted: complaintOf(unlisted) }) } }
}

function tracingFacts({ traces, discovery: { meshConfig } }: StatusAnswer): { readonly tracing?: TracingFacts } {
  if (!traces) return {}
  const { url, received, accepted, refused, refusedRequests } = traces
  return {
    tracing: {
      ...(url !== null && { port: Number(new URL(url).port) }),
      received,
      accepted,
      refused,
      refusedRequests,
      ...(meshConfig && { mesh: meshConfig.tracing }),
    },
  }
}

function destinationFacts({ name, sent, sentMs, queued, lagSeconds, dropped, error }: DestinationFigures, nowMs: number): DestinationFacts {
  return {
    name,
    sent,
    ...(sentMs !== null && { sentAgoMs: Math.max(0, nowMs - sentMs) }),
    waiting: queued.count,
    ...(lagSeconds !== null && { waitsMs: lagSeconds * 1e3 }),
    lost: dropped,
    ...(error && { problem: error }),
  }
}

function edgeFactsOf({ edges, coveredMs }: EdgesAnswer): CollectorFacts['edges'] {
  const outbound = edges.filter(({ kind, labels }) => kind === 'outbound' && !isInternal(labels))
  const moving = outbound.filter(
    ({ requests, bytes, connections }) =>
      (requests?.inWindow ?? 0) > 0 || (bytes?.sentPerSecond ?? 0) + (bytes?.receivedPerSecond ?? 0) > 0 || (connections?.opened ?? 0) > 0,
  )
  return { outbound: outbound.length, moving: moving.length, workload: edges.filter(({ kind }) => kind === 'workload').length, coveredMs }
}

type Target = TargetsAnswer['targets'][number]

/** An answer came, and is none that can be used. */
const answered = new Set<string>(
  Object.keys(parseProblems).concat(
    'not_http',
    'bad_framing',
    'head_too_large',
    'cut_short',
    'status_4xx',
    'status_5xx',
    'unexpected_status',
    'wrong_content_type',
    'encoded_page',
    'page_too_large',
    'redirected',
  ),
)

export const pageAfter = (code: string): SidecarFacts['page'] => (answered.has(code) ? 'bad' : 'silent')

function sidecarFacts({ namespace, pod, id, state, error, series }: Target): SidecarFacts {
  const page = state === 'waiting' ? 'waiting' : state === 'up' ? 'good' : pageAfter(error?.code ?? '')
  return { namespace: namespace ?? '', pod: pod ?? id, page, series: series ?? 0, ...(error && { problem: error }) }
}

function controlPlaneFault({ namespace, pod, id, error }: Target): Facts['controlPlaneFaults'] {
  return error ? [{ namespace: namespace ?? '', pod: pod ?? id, problem: error }] : []
}

function complaintOf({ code, message, remedy, file, line }: StatusAnswer['discovery']['problems'][number]): Complaint {
  const place = placeText({ ...(file !== null && { file }), ...(line !== null && { line }) })
  return { code, message, remedy, ...(place && { place }) }
}
