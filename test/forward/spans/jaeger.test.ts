import { describe, expect, it } from 'vitest'
import { Jaeger } from '../../../src/forward/spans/jaeger.ts'
import { jaegerOptions } from '../../../src/forward/spans/options.ts'
import { spanProblems } from '../../../src/forward/spans/problems.ts'
import { unshared } from '../../../src/forward/spans/unshare.ts'
import type { Span } from '../../../src/model/span.ts'
import { itIsASpanDestination, never, refusal } from '../../contracts/span-destination.ts'
import { chunkOf, envoySpans } from '../../support/spans.ts'
import { type HeardSpans, TracingBackend } from '../../support/tracing-backend.ts'

const jaeger = (options: object) => new Jaeger(jaegerOptions.parse(options))

itIsASpanDestination({
  open: (endpoint, timeoutMs) => jaeger({ endpoint, timeout: `${timeoutMs}ms` }),
  isPassedThrough: false,
  passing: [408, 500, 502, 503, 504],
})

const services = ['bookbuyer.bookbuyer', 'bookstore-v2.bookstore', 'bookwarehouse.bookwarehouse']
const isOf = (service: string) => (request: HeardSpans) => request.body.includes(service)
const perService = (backend: TracingBackend) => services.map((service) => backend.brought.filter(isOf(service)).length)

describe('spans to Jaeger by Thrift', () => {
  it('are one request per service, each with the spans of that one alone', async () => {
    await using backend = await TracingBackend.start()
    const destination = jaeger({ endpoint: backend.url })
    await destination.send(chunkOf(envoySpans()), never)
    expect(perService(backend)).toEqual([1, 1, 1])
    expect(new Set(backend.heard.map(({ path }) => path))).toEqual(new Set(['/api/traces']))
    for (const span of envoySpans()) {
      const [request] = backend.brought.filter(isOf(span.localEndpoint?.serviceName ?? ''))
      expect(request?.body.includes(Buffer.from(unshared(span).id, 'hex'))).toBe(true)
    }
    await destination.close()
  })

  it('are one request however many they are, and a tag of the name does not rename their service', async () => {
    await using backend = await TracingBackend.start()
    const [first] = envoySpans() as [Span]
    const many = Array.from({ length: 250 }, (_, at) => ({
      ...first,
      id: (at + 1).toString(16).padStart(16, '0'),
      tags: { ...first.tags, 'service.name': 'other' },
    }))
    const destination = jaeger({ endpoint: backend.url })
    await destination.send(chunkOf(many), never)
    expect(perService(backend)).toEqual([1, 0, 0])
    expect(backend.brought.filter(isOf('other'))).toEqual([])
    await destination.close()
  })

  it.each([
    [503, spanProblems.spans_unavailable],
    [429, spanProblems.spans_throttled],
  ])('that arrived are not sent again when %s stops the chunk at another service', async (status, kind) => {
    await using backend = await TracingBackend.start()
    const destination = jaeger({ endpoint: backend.url })
    backend.react = (request) => (isOf('bookwarehouse.bookwarehouse')(request) ? { status } : undefined)
    const problem = await refusal(destination.send(chunkOf(envoySpans()), never))
    expect(problem).toMatchObject({ kind, message: `The answer is ${status}.` })
    backend.react = () => undefined
    expect(await destination.send(chunkOf(envoySpans()), never)).toEqual([])
    expect(perService(backend)).toEqual([1, 1, 2])
    await destination.send(chunkOf(envoySpans()), never)
    expect(perService(backend)).toEqual([2, 2, 3])
    await destination.close()
  })

  it('that are refused for good do not take those of other services with them', async () => {
    await using backend = await TracingBackend.start()
    const destination = jaeger({ endpoint: backend.url })
    backend.react = (request) => (isOf('bookbuyer.bookbuyer')(request) ? { status: 400 } : undefined)
    const losses = await destination.send(chunkOf(envoySpans()), never)
    const count = envoySpans().filter(({ localEndpoint }) => localEndpoint?.serviceName === 'bookbuyer.bookbuyer').length
    expect(losses).toEqual([{ kind: spanProblems.spans_refused, count, message: 'The answer is 400.' }])
    expect(perService(backend)).toEqual([1, 1, 1])
    await destination.close()
  })

  it('that are too many at once go in halves, each once, and those of other services are not repeated', async () => {
    await using backend = await TracingBackend.start()
    const [first] = envoySpans() as [Span]
    const many: Span[] = Array.from({ length: 20 }, (_, at) => ({
      ...first,
      id: `ab${at.toString(16).padStart(14, '0')}`,
      kind: 'PRODUCER' as const,
      localEndpoint: { serviceName: at < 5 ? 'few.shop' : 'many.shop' },
    }))
    const idsOf = ({ body }: HeardSpans) => many.filter(({ id }) => body.includes(Buffer.from(id, 'hex')))
    const destination = jaeger({ endpoint: backend.url })
    const [tooLong, last] = [many[9] as Span, many[19] as Span]
    const accepted: string[] = []
    let isDown = true
    backend.react = (request) => {
      const ids = idsOf(request)
      if (ids.length > 5 || ids.includes(tooLong)) return { status: 413 }
      if (isDown && ids.includes(last)) return { status: 503 }
      accepted.push(...ids.map(({ id }) => id))
      return undefined
    }
    expect(await refusal(destination.send(chunkOf(many), never))).toMatchObject({ kind: spanProblems.spans_unavailable })
    isDown = false
    const losses = await destination.send(chunkOf(many), never)
    expect(losses).toMatchObject([{ kind: spanProblems.spans_too_large, count: 1 }])
    expect(many.map((span) => accepted.filter((id) => id === span.id).length)).toEqual(many.map((span) => (span === tooLong ? 0 : 1)))
    await destination.close()
  })

  it('of more services than there are exporters for arrive under their names, also of one whose exporter had to go', async () => {
    await using backend = await TracingBackend.start()
    const [first] = envoySpans() as [Span]
    const names = Array.from({ length: 101 }, (_, at) => `service-${at}.many`)
    const spans = names.map((serviceName) => ({ ...first, localEndpoint: { serviceName } }))
    const destination = jaeger({ endpoint: backend.url })
    await destination.send(chunkOf(spans), never)
    expect(names.filter((name) => backend.brought.filter(isOf(name)).length !== 1)).toEqual([])
    await destination.send(chunkOf(spans.slice(0, 1)), never)
    expect(backend.brought.filter(isOf('service-0.many'))).toHaveLength(2)
    await destination.close()
  })

  it('of nobody are of an unknown service', async () => {
    await using backend = await TracingBackend.start()
    const [{ localEndpoint: _, ...first }] = envoySpans() as [Span]
    const destination = jaeger({ endpoint: backend.url })
    await destination.send(chunkOf([first]), never)
    expect(backend.brought.filter(isOf('unknown_service'))).toHaveLength(1)
    await destination.close()
  })

  it.each([
    ['a query, which the library leaves out', 'http://jaeger:14268/api/traces?format=jaeger.thrift', 'leave it away'],
    ['a password', 'http://me:secret@jaeger:14268', 'forward.otlp'],
    ['UDP, which loses spans without a word', 'udp://jaeger:6832', 'http or https'],
  ])('cannot be configured with %s', (_what, endpoint, said) => {
    expect(jaegerOptions.safeParse({ endpoint }).error?.issues[0]?.message).toContain(said)
  })
})
