import { pino } from 'pino'
import { httpOptions } from '../../src/http/options.ts'
import { createServer, type ServerContext } from '../../src/http/server.ts'
import { httpEvents, httpMetrics } from '../../src/http/telemetry.ts'
import type { EdgeFigures, StatusFigures } from '../../src/model/figures.ts'
import type { Reading } from '../../src/snapshot/reading.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'

const edge: EdgeFigures = {
  kind: 'outbound',
  labels: {
    direction: 'outbound',
    source_namespace: 'bookbuyer',
    source_workload: 'bookbuyer',
    destination_namespace: 'bookstore',
    destination_service: 'bookstore',
    destination_port: '14001',
    destination_kind: 'service',
  },
  live: true,
  requests: {
    total: 120,
    perSecond: 2.5,
    inWindow: 100,
    byCode: { '200': 90, '503': 10 },
    errorRatio: 0.1,
    clientErrorRatio: 0,
    failures: { timeout: 2 },
  },
  latencySeconds: { p50: 0.0123, p90: 0.05, p95: 0.06, p99: 1.5, count: 100, mean: 0.02 },
  connections: { active: 3, opened: 4, openedTotal: 40, failed: 1, byReason: { connect_fail: 1 } },
  bytes: { sentPerSecond: 12_345, receivedPerSecond: 0, sentTotal: 1e6, receivedTotal: 0 },
}

const tcp: EdgeFigures = {
  ...edge,
  labels: { ...edge.labels, destination_service: '<script>alert("x")</script>' },
  requests: null,
  latencySeconds: null,
}

const status: StatusFigures = {
  version: '0.0.0',
  startedMs: 0,
  ready: true,
  reason: null,
  committedMs: 1_000,
  discovery: {
    rule: 'the ConfigMap names bookbuyer & bookstore',
    namespaces: ['bookbuyer', 'bookstore'],
    meshName: 'osm',
    meshConfig: null,
    controlPlane: [],
    problems: [],
    watches: [],
  },
  scrape: { intervalMs: 10_000, everyNth: 1, problem: null },
  containers: null,
  traces: null,
  destinations: [],
  targets: { up: 4 },
  dropped: { no_sidecar: 1 },
  edges: 2,
  cells: 40,
}

/** What a small mesh looks like to http/; `asked` records what it was asked for. */
export function smallMesh(change: Partial<Reading> = {}): Reading & { readonly asked: object[] } {
  const asked: object[] = []
  return {
    asked,
    status: () => status,
    targets: () => ({
      targets: [],
      dropped: [{ namespace: 'shop', pod: 'till-1', reason: 'no_sidecar', remedy: 'kubectl delete pod till-1 -n shop' }],
      rule: status.discovery.rule,
      problems: [],
      scrape: status.scrape,
    }),
    edges(question) {
      asked.push(question)
      const { windowMs } = question
      return { atMs: Date.UTC(2026, 0, 1), windowMs, coveredMs: Math.min(windowMs, 43_000), edges: [edge, tcp] }
    },
    history(question) {
      asked.push(question)
      const { windowMs, stepMs } = question
      return { windowMs, stepMs, edges: [{ labels: edge.labels, points: [] }] }
    },
    traces: () => ({ atMs: 0, kept: 0, traces: [] }),
    trace: () => undefined,
    readiness: () => ({ ready: true }),
    ...change,
  }
}

/** Says how it was asked for rows. */
const echo: ServerContext['rows'] = (filter) => ({
  path: '/api/v1/rows',
  contentType: 'application/x-ndjson',
  async *render() {
    yield `${JSON.stringify(filter)}\n`
  },
})

/** A server on a free port of 127.0.0.1, and what it logged. */
export async function serve(options: Record<string, unknown> = {}, context: Partial<ServerContext> = {}) {
  const log: string[] = []
  const telemetry = createTelemetry(
    pino({}, { write: (line: string) => void log.push(line) }),
    Object.values(httpMetrics),
    Object.values(httpEvents),
  )
  const parsed = httpOptions.parse({ listen: '127.0.0.1:0', ...options })
  const server = createServer(parsed, { reading: smallMesh(), pages: [], rows: echo, telemetry, version: '0.0.0', ...context })
  const { url } = await server.listen()
  return { url, log, telemetry, [Symbol.asyncDispose]: () => server.close(), close: () => server.close() }
}
