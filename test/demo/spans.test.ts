import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startCollector } from '../../src/collector.ts'
import { configSchema } from '../../src/config/schema.ts'
import type { DemoMesh } from '../../src/demo/mesh.ts'
import type { Span } from '../../src/model/span.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { envoySpans } from '../support/spans.ts'
import { beginningOf, bookstore, podOf, read, samples } from './bookstore.ts'

/** Addresses that no other test has: a mesh that finds none of its own has one address for all pods, by which nobody can be told apart. */
const hosts = [`127.${20 + (process.pid % 19)}.0`]

interface Report {
  readonly spans: readonly Span[]
  readonly headers: IncomingHttpHeaders
  readonly from: string | undefined
}

/** Somewhere that sidecars post to, which answers as it is told. */
async function heard(status = 202): Promise<{ readonly url: URL; readonly reports: Report[]; spans(): Span[] }> {
  const reports: Report[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const spans = JSON.parse(Buffer.concat(parts).toString()) as Span[]
      reports.push({ spans, headers: request.headers, from: request.socket.remoteAddress })
      response.writeHead(status).end()
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/spans`)
  return { url, reports, spans: () => reports.flatMap(({ spans }) => spans) }
}

/** Every report was answered. */
async function settled(mesh: DemoMesh): Promise<void> {
  await expect.poll(() => mesh.spans().posted - mesh.spans().taken - mesh.spans().lost, { timeout: 20_000 }).toBe(0)
}

const shape = (span: Span) => ({
  members: Object.keys(span).filter((name) => name !== 'parentId'),
  tags: Object.keys(span.tags ?? {}),
  annotations: span.annotations?.map(({ value }) => value),
  endpoint: Object.keys(span.localEndpoint ?? {}),
})
const sortedShape = (span: Span) => {
  const { members, tags, annotations = [], endpoint } = shape(span)
  return [members, tags, annotations, endpoint].map((names) => names.toSorted())
}

describe('spans of the demo', () => {
  it('are those of a real Envoy, member by member', async () => {
    const collector = await heard()
    const mesh = await bookstore({ hosts })
    mesh.trace(collector.url, 1)
    await mesh.advance(6_000)
    await settled(mesh)
    for (const kind of ['CLIENT', 'SERVER'] as const) {
      const plain = (span: Span) => span.kind === kind && span.tags?.['http.status_code'] === '200'
      const [real, ours] = [envoySpans().find(plain), collector.spans().find(plain)]
      expect(ours && sortedShape(ours)).toEqual(real && sortedShape(real))
    }
  })

  it('come five at a time or every five seconds, from the pod itself, as Envoy posts them', async () => {
    const [recorded] = [JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/zipkin/request-headers.json'), 'utf8'))] as {
      headers: string[]
    }[]
    const names = (recorded?.headers ?? []).filter((_, i) => i % 2 === 0)
    const collector = await heard()
    const mesh = await bookstore({ hosts })
    mesh.trace(collector.url, 1)
    await mesh.advance(5_000)
    await settled(mesh)
    const addresses = new Set(mesh.pods().map(({ url }) => new URL(url ?? '').hostname))
    for (const { headers, from, spans } of collector.reports) {
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(names))
      expect(headers).toMatchObject({ host: 'envoy-tracing-cluster', 'transfer-encoding': 'chunked' })
      expect(addresses).toContain(from)
      expect(new Set(spans.map(({ localEndpoint }) => localEndpoint?.ipv4))).toEqual(new Set([from]))
    }
    const sizes = collector.reports.map(({ spans }) => spans.length)
    expect(Math.max(...sizes)).toBe(5)
    expect(Math.min(...sizes)).toBeLessThan(5)
  })

  it('share their ids over hops and nest as the calls do', async () => {
    const collector = await heard()
    const mesh = await bookstore({ hosts })
    mesh.trace(collector.url, 1)
    await mesh.advance(10_000)
    await settled(mesh)
    const spans = collector.spans()
    const clients = spans.filter(({ kind }) => kind === 'CLIENT')
    for (const { id, traceId, parentId } of clients) if (parentId === undefined) expect(id).toBe(traceId)
    const byId = new Map(clients.map((span) => [span.id, span]))
    const pairs = spans.filter(({ kind, id }) => kind === 'SERVER' && byId.has(id))
    expect(pairs.length).toBeGreaterThan(100)
    for (const { id, traceId, parentId, shared } of pairs) {
      const { traceId: theirs, parentId: parent } = byId.get(id) ?? {}
      expect([traceId, parentId, shared]).toEqual([theirs, parent, true])
    }
    const second = clients.filter(({ parentId }) => parentId !== undefined)
    expect(new Set(second.map(({ name }) => name))).toEqual(new Set(['bookwarehouse.bookwarehouse:14001']))
    const [calledBy] = second.flatMap(({ parentId, localEndpoint }) => {
      const caller = spans.find(({ id, kind }) => id === parentId && kind === 'SERVER')
      return caller ? [[caller.localEndpoint?.serviceName, localEndpoint?.serviceName]] : []
    })
    expect(calledBy?.[0]).toBe(calledBy?.[1])
  })

  it.each([
    ['timeouts', '504', 'UT', true],
    ['resets by the other side', '503', 'UR', true],
    ['overflow', '503', 'UO', false],
    ['ejected requests', '503', 'UF', false],
  ])('%s say so, on both sides where the request came that far', async (episode, code, flags, isHeard) => {
    const collector = await heard()
    const mesh = await bookstore({ hosts })
    await mesh.advance(beginningOf(mesh, episode))
    mesh.trace(collector.url, 1)
    await mesh.advance(9_000)
    await settled(mesh)
    const failed = collector.spans().filter(({ tags }) => tags?.response_flags === flags)
    expect(failed.length).toBeGreaterThan(3)
    for (const { kind, tags } of failed) expect([kind, tags?.['http.status_code'], tags?.error]).toEqual(['CLIENT', code, 'true'])
    const givenUp = collector.spans().filter(({ tags }) => tags?.response_flags === 'DC')
    expect(givenUp.length > 0).toBe(isHeard)
  })

  it('are told of by the sidecars in their own figures, and lost for good where the answer is not 202', async () => {
    const collector = await heard(503)
    const mesh = await bookstore({ hosts })
    mesh.trace(collector.url, 1)
    await mesh.advance(10_000)
    await settled(mesh)
    const { posted, taken, lost } = mesh.spans()
    expect(posted).toBeGreaterThan(100)
    expect({ taken, lost }).toEqual({ taken: 0, lost: posted })
    expect(collector.spans()).toHaveLength(posted)
    const page = samples(await read(podOf(mesh, 'bookthief').url))
    const own = collector.reports.filter(({ spans }) => spans[0]?.localEndpoint?.serviceName === 'default.')
    expect(page.get('envoy_tracing_zipkin_reports_dropped{}')).toBe(own.length)
    expect(page.get('envoy_tracing_zipkin_reports_sent{}')).toBe(0)
    expect(page.get('envoy_tracing_zipkin_spans_sent{}')).toBe(own.flatMap(({ spans }) => spans).length)
  })

  it('are none while tracing is off, and a share of the traces where only that is wanted', async () => {
    const collector = await heard()
    const mesh = await bookstore({ hosts })
    await mesh.advance(5_000)
    expect(mesh.spans()).toEqual({ posted: 0, taken: 0, lost: 0, traces: 0 })
    mesh.trace(collector.url, 0.3)
    await mesh.advance(15_000)
    await settled(mesh)
    const requests = mesh.truth().reduce((sum, row) => sum + (row.source.workload.startsWith('book') ? row.requests : 0), 0)
    expect(mesh.spans().traces).toBeGreaterThan(requests * 0.05)
    expect(mesh.spans().traces).toBeLessThan(requests * 0.35)
  })
})

it('a collector has the spans and traces that the demo says it posted, with the names mended', async () => {
  const mesh = await bookstore({ hosts })
  const config = configSchema.parse({
    discover: { source: 'manifests', manifests: { path: mesh.folder } },
    scrape: { allowLoopback: true },
    http: { listen: '127.0.0.1:0' },
    traces: { listen: '127.0.0.1:0' },
  })
  const collector = await startCollector(config, { baseDirectory: mesh.folder, version: 'test', log: createLog({ level: 'error' }) })
  onTestFinished(() => void collector.stop(5_000))
  await expect
    .poll(() => collector.reading.targets().dropped.length + collector.reading.targets().targets.length, { timeout: 20_000 })
    .toBeGreaterThan(10)
  mesh.trace(new URL('/api/v2/spans', collector.tracesUrl), 0.5)
  await mesh.advance(6_000)
  await settled(mesh)
  const { posted, taken, lost, traces } = mesh.spans()
  expect(posted).toBeGreaterThan(100)
  expect({ taken, lost }).toEqual({ taken: posted, lost: 0 })
  expect(collector.reading.status().traces).toMatchObject({ received: posted, accepted: posted, refused: {} })
  const answer = collector.reading.traces({ limit: 500 })
  expect(answer.traces.filter(({ services }) => services.includes('bookthief.bookthief')).length).toBeGreaterThan(5)
  expect(JSON.stringify(answer)).not.toContain('"default."')
  expect(answer.kept).toBeGreaterThanOrEqual(Math.min(200, traces))
})
