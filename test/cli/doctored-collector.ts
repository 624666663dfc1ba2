import {
  edgesAnswer,
  type EdgesAnswer,
  type StatusAnswer,
  statusAnswer,
  type TargetsAnswer,
  targetsAnswer,
} from '../../src/model/figures.ts'
import { edges as handMade, targets as handMadeTargets } from './hand-made-collector.ts'

/** What the clock of these tests says. */
const nowMs = Date.UTC(2026, 0, 1)

/** All that a doctor asks a collector. */
export interface Answers {
  readonly status: StatusAnswer
  readonly targets: TargetsAnswer
  readonly edges: EdgesAnswer
  /** `/metrics/osm` and `/metrics/edges`; `undefined` is answered with 404. */
  readonly pages: Readonly<Record<string, string | undefined>>
  /** How long ago others fetched them, by path, seconds. */
  readonly fetched: Readonly<Record<string, number>>
}

const [template] = handMadeTargets.targets
const sidecar = (namespace: string, name: string) => ({ ...template, id: `${name}:15010`, namespace, pod: name })
const [outbound] = handMade.edges
const page = '# TYPE mesh_requests_total counter\nmesh_requests_total{direction="outbound"} 7\nmesh_requests_total{direction="inbound"} 7\n'

/** A collector in a cluster in which every link holds. */
export const healthy: Answers = {
  status: statusAnswer.parse({
    version: '0.1.0',
    startedMs: nowMs - 3_600_000,
    ready: true,
    reason: null,
    committedMs: nowMs,
    discovery: {
      rule: 'the ConfigMap kube-system/container-azm-ms-osmconfig (config-version ver1) names bookbuyer, bookstore',
      namespaces: ['bookbuyer', 'bookstore'],
      meshName: 'osm',
      meshConfig: { tracing: { enabled: false, address: null, port: null, endpoint: null }, wasmStats: true },
      controlPlane: ['osm-bootstrap', 'osm-controller', 'osm-injector'].map((app) => ({
        namespace: 'osm-system',
        pod: `${app}-1`,
        app,
        state: 'Running',
      })),
      problems: [],
      watches: ['namespaces', 'pods', 'configmaps'].map((resource) => ({
        resource,
        namespace: resource === 'configmaps' ? 'kube-system' : null,
        state: 'following',
        lastHeardMs: nowMs - 4_000,
        problem: null,
      })),
    },
    scrape: { intervalMs: 10_000, everyNth: 1, problem: null },
    containers: null,
    traces: null,
    links: { jaeger: null },
    destinations: [],
    targets: { up: 3 },
    dropped: {},
    edges: 2,
    cells: 80,
  }),
  targets: targetsAnswer.parse({
    targets: [
      sidecar('bookbuyer', 'bookbuyer-1'),
      sidecar('bookstore', 'bookstore-v1-0'),
      { ...sidecar('osm-system', 'osm-controller-1'), kind: 'control-plane' },
    ],
    dropped: [],
    rule: 'the ConfigMap kube-system/container-azm-ms-osmconfig names bookbuyer, bookstore',
    problems: [],
    scrape: { intervalMs: 10_000, everyNth: 1, problem: null },
  }),
  edges: edgesAnswer.parse({ ...handMade, edges: [outbound, { ...outbound, kind: 'workload', connections: null, bytes: null }] }),
  pages: { '/metrics/osm': page.repeat(10), '/metrics/edges': page },
  fetched: { '/metrics/osm': 12, '/metrics/edges': 20 },
}

/** The same answers by path, as `serve` takes them. */
export function answersOf({ status, targets, edges, pages, fetched }: Answers): Record<string, unknown> {
  const times = Object.entries(fetched).map(
    ([path, ago]) => `meshtelemetry_http_page_fetched_timestamp_seconds{path="${path}"} ${nowMs / 1_000 - ago}\n`,
  )
  return {
    '/healthz': { status: 'ok' },
    '/api/v1/status': status,
    '/api/v1/targets': targets,
    '/api/v1/edges?window=5m': edges,
    '/metrics': times.join(''),
    ...pages,
  }
}

/** The same with something else about discovery. */
export const discovering = (change: Partial<StatusAnswer['discovery']>, answers = healthy): Answers => ({
  ...answers,
  status: { ...answers.status, discovery: { ...answers.status.discovery, ...change } },
})

/** The same with other pods left out. */
export const dropping = (...dropped: TargetsAnswer['dropped']): Answers => ({ ...healthy, targets: { ...healthy.targets, dropped } })

/** The same with something else about the first sidecar. */
export const ailing = (change: Partial<TargetsAnswer['targets'][number]>): Answers => ({
  ...healthy,
  targets: { ...healthy.targets, targets: healthy.targets.targets.map((target, i) => (i === 0 ? { ...target, ...change } : target)) },
})

export const trouble = (code: string, remedy: string) => ({ code, message: `What is wrong with ${code}.`, remedy })
export const inputTrouble = (code: string, remedy: string) => ({ ...trouble(code, remedy), file: null, line: null })
