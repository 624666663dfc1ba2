import { describe, expect, it } from 'vitest'
import { ReadableSpans } from '../../../src/forward/spans/readable.ts'
import type { Span } from '../../../src/model/span.ts'

const ids = { traceId: '3bd062147b22a7c1', id: 'ae0c8e563564cf20' }
const readable = (span: Partial<Span>) => new ReadableSpans().of({ ...ids, ...span })

describe('a span of Zipkin as OpenTelemetry has it', () => {
  it('has padded ids, the name, the kind, times in nanoseconds and where it ran', () => {
    const span = readable({
      parentId: '0000000000000001',
      name: 'bookstore:14001',
      kind: 'SERVER',
      timestamp: 1_795_248_234_218_200,
      duration: 2_026_341,
      localEndpoint: { serviceName: 'bookstore.bookstore', ipv4: '10.0.0.1', port: 0 },
      remoteEndpoint: { serviceName: 'bookbuyer', ipv6: 'fd00::1', port: 4711 },
      annotations: [{ timestamp: 1_795_248_234_244_601, value: 'first|second' }],
      tags: { 'http.status_code': '200', component: 'proxy' },
    })
    expect(span.spanContext()).toEqual({ traceId: '00000000000000003bd062147b22a7c1', spanId: ids.id, traceFlags: 1 })
    expect(span).toMatchObject({
      name: 'bookstore:14001',
      kind: 1,
      parentSpanContext: { traceId: '00000000000000003bd062147b22a7c1', spanId: '0000000000000001' },
      startTime: [1_795_248_234, 218_200_000],
      endTime: [1_795_248_236, 244_541_000],
      duration: [2, 26_341_000],
      status: { code: 0 },
      events: [{ name: 'first|second', time: [1_795_248_234, 244_601_000] }],
    })
    expect(span.resource.attributes).toEqual({ 'service.name': 'bookstore.bookstore' })
    expect(span.attributes).toEqual({
      'http.status_code': '200',
      component: 'proxy',
      'net.host.ip': '10.0.0.1',
      'peer.service': 'bookbuyer',
      'net.peer.ip': 'fd00::1',
      'net.peer.port': 4711,
    })
  })

  it.each([
    ['CLIENT', 2],
    ['SERVER', 1],
    ['PRODUCER', 3],
    ['CONSUMER', 4],
    [undefined, 0],
  ] as const)('of kind %s is %s', (kind, expected) => {
    expect(readable({ ...(kind && { kind }) }).kind).toBe(expected)
  })

  it.each<[Record<string, string>, object, object]>([
    [{ error: 'true' }, { code: 2 }, {}],
    [{ error: 'timeout' }, { code: 0 }, { error: 'timeout' }],
    [
      { error: 'timeout', 'otel.status_code': 'ERROR', 'otel.status_description': 'late' },
      { code: 2, message: 'late' },
      { error: 'timeout' },
    ],
    [{ 'otel.status_code': 'STATUS_CODE_OK' }, { code: 1 }, {}],
  ])('with tags %j has status %j', (tags, status, attributes) => {
    expect(readable({ tags, timestamp: 1 })).toMatchObject({ status })
    expect(readable({ tags, timestamp: 1 }).attributes).toEqual(attributes)
  })

  it('that does not say when it began says so', () => {
    expect(readable({ duration: 5 })).toMatchObject({
      startTime: [0, 0],
      endTime: [0, 5_000],
      attributes: { 'otel.zipkin.absentField.startTime': true },
    })
  })

  it('has no time that the format has no room for', () => {
    const far = Number.MAX_SAFE_INTEGER
    expect(readable({ timestamp: far, duration: far })).toMatchObject({ startTime: [0, 0], endTime: [0, 0], duration: [0, 0] })
  })

  it('that is its own parent has none', () => {
    expect(readable({ parentId: ids.id }).parentSpanContext).toBeUndefined()
  })

  it('whose id is too long has the end of it', () => {
    expect(readable({ id: `${'f'.repeat(16)}${ids.id}` }).spanContext().spanId).toBe(ids.id)
  })

  it('has the library that made it as its scope', () => {
    const { instrumentationScope, attributes } = readable({
      timestamp: 1,
      tags: { 'otel.library.name': 'http', 'otel.library.version': '1' },
    })
    expect([instrumentationScope, attributes]).toEqual([{ name: 'http', version: '1' }, {}])
  })

  it('shares its resource with those of its service alone', () => {
    const spans = new ReadableSpans()
    const [one, same, other, nobody] = ['a', 'a', 'b', ''].map((serviceName) => spans.of({ ...ids, localEndpoint: { serviceName } }))
    expect(same?.resource).toBe(one?.resource)
    expect(other?.resource).not.toBe(one?.resource)
    expect(nobody?.resource.attributes).toEqual({})
  })
})
