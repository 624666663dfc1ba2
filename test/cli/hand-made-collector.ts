import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type EdgeFigures, edgesAnswer, type TargetsAnswer, targetsAnswer } from '../../src/model/figures.ts'

const labels = (direction: string, source: string, destination: string) => {
  const [sourceNamespace = '', sourceWorkload = ''] = source.split('/')
  const [namespace = '', service = '', port = ''] = destination.split(/[/|]/)
  const named = {
    source_namespace: sourceNamespace,
    source_service: sourceWorkload,
    source_workload: sourceWorkload,
    source_workload_kind: 'Deployment',
  }
  const place = { destination_namespace: namespace, destination_service: service, destination_port: port, destination_kind: 'service' }
  return { direction, ...(direction === 'outbound' && named), ...place }
}

const http = (errorRatio: number, perSecond: number): Pick<EdgeFigures, 'requests' | 'latencySeconds'> => ({
  requests: {
    total: perSecond * 1_000,
    perSecond,
    inWindow: perSecond * 10,
    byCode: { 200: perSecond * 10 * (1 - errorRatio), 503: perSecond * 10 * errorRatio },
    errorRatio,
    clientErrorRatio: 0,
    failures: {},
  },
  latencySeconds: { p50: 0.0124, p90: 0.0987, p95: 0.12, p99: 1.234, count: perSecond * 10, mean: 0.02 },
})
const tcp = { requests: null, latencySeconds: null }

function edge(path: readonly [source: string, destination: string], figures: Partial<EdgeFigures> = {}): EdgeFigures {
  return {
    kind: 'outbound',
    labels: labels('outbound', ...path),
    live: true,
    connections: { active: 4, opened: 2, openedTotal: 80, failed: 0, byReason: {} },
    bytes: { sentPerSecond: 12_300, receivedPerSecond: 45_600, sentTotal: 1e6, receivedTotal: 4e6 },
    ...tcp,
    ...figures,
  }
}

const failed = { active: 2, opened: 5, openedTotal: 90, failed: 3, byReason: { connect_fail: 3 } }
const osmController = {
  direction: 'outbound',
  source_namespace: 'bookbuyer',
  source_workload: 'bookbuyer',
  destination_service: 'osm-controller',
  destination_kind: 'internal',
}

/** A small mesh as the API tells it: errors, TCP, an internal edge, an inbound one, and names that must be cut or escaped. */
export const edges = edgesAnswer.parse({
  atMs: Date.UTC(2026, 0, 1),
  windowMs: 300_000,
  coveredMs: 300_000,
  edges: [
    edge(['bookbuyer/bookbuyer', 'bookstore/bookstore-v2|14001'], { ...http(0.215, 12.34), connections: failed }),
    edge(['bookthief/bookthief', 'bookstore/bookstore-v1|14001'], http(0.0001, 1_534)),
    edge(['bookstore/bookstore-v1', 'bookwarehouse/bookwarehouse|14001'], http(0, 0.25)),
    edge(['shop/a-frontend-with-a-very-long-name', 'payments/a-backend-with-a-name-longer-still|8080'], http(0, 3)),
    edge(['bookwarehouse/bookwarehouse', 'bookwarehouse/mysql|3306']),
    edge(['evil/\u001B[2J\u202Ename', 'bookstore/bookstore-v1|14001'], http(0, 1)),
    edge(['bookbuyer/bookbuyer', 'bookbuyer/same|80'], http(0, 1)),
    edge(['bookbuyer/bookbuyer', 'bookbuyer/same|81'], http(0, 1)),
    edge(['', ''], { ...http(0, 1), labels: osmController }),
    edge(['', 'bookstore/bookstore-v1|14001'], {
      ...http(0, 9),
      kind: 'inbound',
      labels: labels('inbound', '', 'bookstore/bookstore-v1|14001'),
    }),
  ],
})

const target: TargetsAnswer['targets'][number] = {
  id: 'uid-1:15010',
  url: 'http://10.0.0.1:15010/stats/prometheus',
  kind: 'sidecar',
  dialect: 'osm',
  namespace: 'bookbuyer',
  pod: 'bookbuyer-5c8f7d9c6d-x2x4z',
  workload: 'bookbuyer',
  labels: {},
  state: 'up',
  terminating: false,
  lastPageMs: Date.UTC(2026, 0, 1) - 3_000,
  durationMs: 4.6,
  bytes: 40_123,
  series: 432,
  asked: 'filtered',
  failures: 0,
  error: null,
  notice: null,
}
const silent = { lastPageMs: null, durationMs: null, bytes: null, series: null, asked: null }

export const targets = targetsAnswer.parse({
  targets: [
    target,
    {
      ...target,
      id: 'uid-2:15010',
      pod: 'bookstore-v1-0',
      namespace: 'bookstore',
      terminating: true,
      notice: {
        code: 'costly_page',
        message: 'Taking its page in held up everyone else for 1.1s, so that it is left alone for 11s.',
        remedy: 'mesh-telemetry scrape http://10.0.0.1:15010/stats/prometheus',
      },
    },
    {
      ...target,
      ...silent,
      id: 'uid-3:15010',
      pod: 'bookthief-1',
      namespace: 'bookthief',
      state: 'failing',
      failures: 3,
      error: {
        code: 'connection_refused',
        message: 'The connection failed: \u001B[31mred',
        remedy: 'kubectl logs bookthief-1 -n bookthief -c envoy',
      },
    },
    {
      ...target,
      ...silent,
      id: '10.0.0.9:9100',
      url: 'http://10.0.0.9:9100/metrics',
      pod: null,
      namespace: null,
      workload: null,
      state: 'waiting',
    },
  ],
  dropped: [
    { namespace: 'bookwarehouse', pod: null, reason: 'namespace_not_named', remedy: 'Add bookwarehouse to monitor_namespaces.' },
    { namespace: 'bookstore', pod: 'bookstore-v2-0', reason: 'not_enabled', remedy: 'mesh-telemetry metrics enable --namespace bookstore' },
  ],
  rule: 'the ConfigMap kube-system/container-azm-ms-osmconfig names bookbuyer, bookstore, bookthief; that is its last good state',
  problems: [
    {
      code: 'configmap_malformed',
      message: 'The ConfigMap kube-system/container-azm-ms-osmconfig: \u001B[2Jline 8: "monitor_namespace" is not known here.',
      remedy: 'Mend the line. The last good ConfigMap stays in force until then.',
      file: '/etc/mesh/container-azm-ms-osmconfig.yaml',
      line: 24,
    },
    { code: 'too_many_files', message: 'There are more.', remedy: 'Put many objects into one file.', file: null, line: null },
  ],
  scrape: {
    intervalMs: 10_000,
    everyNth: 3,
    problem: {
      code: 'overloaded',
      message: 'Targets are read every 30s instead of every 10s: there is more to read than there is time.',
      remedy: 'Give the collector a whole CPU.',
    },
  },
})

/** Serves the hand-made answers; with a token, only to those who bring it. */
export async function serve(answers: Readonly<Record<string, unknown>>, token?: string): Promise<{ url: string; server: Server }> {
  const server = createServer(({ url = '', headers }, response) => {
    const answer = answers[url]
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) response.writeHead(401)
    else if (answer === undefined) response.writeHead(404)
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
