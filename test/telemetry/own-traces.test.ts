import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import { TracingBackend } from '../support/tracing-backend.ts'
import { TracedCollector } from './support/traced-collector.ts'

/** The collector's own traces, as those who are sent them see them. */
const everything = ['discovery round', 'scrape', 'take page', 'commit', 'round of rows', 'forward']

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('it did not come true')
    await pause(20)
  }
}

const spansOf = ({ brought }: TracingBackend): Span[] => brought.flatMap(({ body }) => JSON.parse(body.toString()) as Span[])

describe.each([
  { to: 'zipkin', path: '/api/v2/spans', contentType: 'application/json' },
  { to: 'otlp', path: '/v1/traces', contentType: 'application/x-protobuf' },
  { to: 'jaeger', path: '/api/traces', contentType: 'application/x-thrift' },
])('sent to $to', ({ to, path, contentType }) => {
  it('tell of all that it does', async () => {
    await using backend = await TracingBackend.start()
    await using traced = await TracedCollector.start({ to, endpoint: backend.url, sample: 1 })
    await until(() => everything.every((name) => backend.brought.some(({ body }) => body.includes(name))))
    expect(new Set(backend.heard.map((heard) => heard.path))).toEqual(new Set([path]))
    expect(backend.heard[0]?.headers['content-type']).toBe(contentType)
    expect(backend.brought[0]?.body.includes('mesh-telemetry')).toBe(true)
    expect(traced.log.filter((line) => line.includes('own_traces'))).toEqual([])
  })
})

it('a scrape says who was asked and what came, and has the time on the thread as its part', async () => {
  await using backend = await TracingBackend.start()
  await using traced = await TracedCollector.start({ to: 'zipkin', endpoint: backend.url, sample: 1 })
  const pair = () => {
    const spans = spansOf(backend)
    const part = spans.find(({ name }) => name === 'take page')
    return { part, scrape: spans.find(({ id }) => part !== undefined && id === part.parentId) }
  }
  await until(() => pair().scrape !== undefined)
  const { part, scrape } = pair()
  const [target] = traced.collector.reading.targets().targets
  const { origin = '', hostname, port } = URL.parse(target?.url ?? '') ?? {}
  expect(scrape).toMatchObject({ name: 'scrape', kind: 'CLIENT', traceId: part?.traceId, localEndpoint: { serviceName: 'mesh-telemetry' } })
  expect(scrape?.tags).toMatchObject({
    'http.request.method': 'GET',
    'http.response.status_code': '200',
    'url.full': `${origin}/stats/prometheus`,
    'server.address': hostname,
    'server.port': port,
    'mesh_telemetry.series': '2',
    'service.version': '1.2.3',
  })
  expect(scrape?.duration).toBeGreaterThanOrEqual(part?.duration ?? Infinity)
})

it('what is sent is linked to the commit that made it, and that to its round', async () => {
  await using backend = await TracingBackend.start()
  await using _ = await TracedCollector.start({ to: 'zipkin', endpoint: backend.url, sample: 0 })
  const links = () => {
    const spans = spansOf(backend)
    const named = (id: string | undefined) => spans.find((span) => span.id === id)?.name
    return spans.map(({ name, tags }) => `${name} → ${named(tags?.['otlp.link.0']?.split('|')[1])}`)
  }
  await until(() => ['forward → commit', 'commit → round of rows'].every((link) => links().includes(link)))
  expect(spansOf(backend).filter(({ name }) => name === 'scrape')).toEqual([])
})

it('what fails says why', async () => {
  await using backend = await TracingBackend.start()
  await using _ = await TracedCollector.start({ to: 'zipkin', endpoint: backend.url, sample: 1 }, {}, 503)
  const scrape = () => spansOf(backend).find(({ name }) => name === 'scrape')
  await until(() => scrape() !== undefined)
  const why = { error: 'true', 'error.type': 'status_5xx', 'otel.status_description': 'The target answered with status 503.' }
  expect(scrape()?.tags).toMatchObject(why)
})

it('a backend that takes nothing delays nothing, and is told of once', async () => {
  await using backend = await TracingBackend.start()
  backend.react = () => ({ status: 503 })
  await using traced = await TracedCollector.start({ to: 'otlp', endpoint: backend.url, sample: 1 })
  const isUp = () => traced.collector.reading.targets().targets[0]?.state === 'up'
  const dropped = () => traced.metric('meshtelemetry_own_spans_dropped_total{reason="not_delivered"}')
  await until(async () => isUp() && /[1-9]\d*$/.test((await dropped()) ?? ''))
  expect(traced.log.filter((line) => line.includes('own_traces_failing'))).toHaveLength(1)
  backend.react = () => undefined
  await until(() => traced.log.some((line) => line.includes('own_traces_recovered')))
})

it.each(['jaeger', 'otlp', 'zipkin'])('%s that never answers does not keep the collector from ending', async (to) => {
  await using backend = await TracingBackend.start()
  backend.react = () => 'silence'
  await using traced = await TracedCollector.start({ to, endpoint: backend.url, sample: 1 })
  await until(() => backend.heard.length > 0)
  expect(await traced.collector.stop(10_000)).toBe(true)
})

it('sent to its own port for spans they show there, and make no more of themselves', async () => {
  await using way = await TracingBackend.start()
  await using sink = await TracingBackend.start()
  const spansOnly = { traces: { listen: '127.0.0.1:0' }, forward: { zipkin: { endpoint: sink.url } } }
  const discover = { source: 'file_sd', file_sd: { paths: ['nobody.json'] } }
  await using traced = await TracedCollector.start({ to: 'zipkin', endpoint: way.url, sample: 1 }, { ...spansOnly, discover })
  const { tracesUrl = '' } = traced.collector
  way.react = ({ path, body }) => {
    const headers = { 'content-type': 'application/json' }
    fetch(tracesUrl + path, { method: 'POST', headers, body: new Uint8Array(body) }).catch(() => {}) // it has ended
    return undefined
  }
  await until(() => spansOf(sink).length > 0)
  expect(traced.collector.reading.traces({ limit: 10 }).traces.length).toBeGreaterThan(0)
  expect(await traced.collector.stop(10_000)).toBe(true)
  expect(new Set(spansOf(way).map(({ name }) => name))).toEqual(new Set(['discovery round']))
})
