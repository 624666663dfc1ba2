import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { describe, expect, it } from 'vitest'
import { Courier } from '../../../src/forward/courier.ts'
import { otlpOptions } from '../../../src/forward/spans/options.ts'
import { Otlp } from '../../../src/forward/spans/otlp.ts'
import { spanProblems } from '../../../src/forward/spans/problems.ts'
import { memoryState } from '../../../src/state/state.ts'
import { itIsASpanDestination, never } from '../../contracts/span-destination.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { committing } from '../../support/outbox.ts'
import { chunkOf, envoySpans, spanChunk } from '../../support/spans.ts'
import { testTelemetry } from '../../support/telemetry.ts'
import { TracingBackend } from '../../support/tracing-backend.ts'

const otlp = (options: object) => new Otlp(otlpOptions.parse(options))

describe.each(['protobuf', 'json'])('by OTLP as %s', (encoding) => {
  itIsASpanDestination({
    open: (endpoint, timeoutMs) => otlp({ endpoint, encoding, timeout: `${timeoutMs}ms` }),
    isPassedThrough: false,
    passing: [502, 503, 504],
  })

  it('goes to its path, compressed, and says what it is', async () => {
    await using backend = await TracingBackend.start()
    await otlp({ endpoint: `${backend.url}/otel/`, encoding }).send(chunkOf(envoySpans()), never)
    await otlp({ endpoint: `${backend.url}/v1/traces`, encoding, gzip: false }).send(chunkOf(envoySpans()), never)
    expect(backend.heard.map(({ path }) => path)).toEqual(['/otel/v1/traces', '/v1/traces'])
    expect(backend.heard.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined])
    expect(backend.heard[0]?.headers['content-type']).toBe(encoding === 'json' ? 'application/json' : 'application/x-protobuf')
  })
})

interface Written {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[] }
    readonly scopeSpans: readonly { readonly spans: readonly object[] }[]
  }[]
}

it('has one resource for each service', async () => {
  await using backend = await TracingBackend.start()
  await otlp({ endpoint: backend.url, encoding: 'json' }).send(chunkOf(envoySpans()), never)
  const { resourceSpans } = JSON.parse(backend.heard[0]?.body.toString() ?? '') as Written
  const services = resourceSpans.map(({ resource }) => resource.attributes.map(({ key, value }) => `${key}=${value.stringValue}`).join())
  expect(services.toSorted()).toEqual(
    ['bookbuyer.bookbuyer', 'bookstore-v2.bookstore', 'bookwarehouse.bookwarehouse'].map((name) => `service.name=${name}`),
  )
  expect(resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))).toHaveLength(envoySpans().length)
})

describe('what the server keeps only in part', () => {
  /** `partial_success { rejected_spans: 2, error_message: "too old" }` */
  const protobufAnswer = Buffer.from([0x0a, 0x0b, 0x08, 2, 0x12, 7, ...Buffer.from('too old')])

  it.each([
    ['protobuf', protobufAnswer],
    ['json', '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}'],
  ])('is told with its reason, %s', async (encoding, body) => {
    await using backend = await TracingBackend.start()
    backend.react = () => ({ status: 200, body })
    const losses = await otlp({ endpoint: backend.url, encoding }).send(chunkOf(envoySpans()), never)
    expect(losses).toEqual([{ kind: spanProblems.spans_rejected, count: 2, message: 'too old' }])
  })

  it.each([
    ['protobuf', 'no protobuf at all'],
    ['json', 'null'],
    ['json', '<html>'],
    ['json', '{"partialSuccess":{"errorMessage":"just a warning"}}'],
    ['json', '{"partialSuccess":{"rejectedSpans":-1}}'],
  ])('%s: an answer that says nothing of the kind is a success: %s', async (encoding, body) => {
    await using backend = await TracingBackend.start()
    backend.react = () => ({ status: 200, body })
    expect(await otlp({ endpoint: backend.url, encoding }).send(chunkOf(envoySpans()), never)).toEqual([])
  })

  it('is counted as dropped, and never sent again', async () => {
    await using backend = await TracingBackend.start()
    backend.react = () => ({ status: 200, body: protobufAnswer })
    const destination = otlp({ endpoint: backend.url })
    const clock = new FakeClock()
    const telemetry = testTelemetry()
    const state = memoryState({ clock, outbox: { limit: 2 ** 20, keep: 3_600_000 }, takers: [destination] })
    const courier = new Courier(destination, { outbox: state.outbox, isDurable: false, clock, telemetry })
    courier.begin()
    const chunk = spanChunk([...envoySpans().map((span) => JSON.stringify(span)), '{"no span'])
    await state.commit(committing({ ...chunk, madeMs: clock.wallMs() }))
    await expect
      .poll(() => courier.figures(), { timeout: 30_000 })
      .toMatchObject({ queued: { count: 0 }, sent: envoySpans().length - 2, dropped: { spans_rejected: 2, spans_unreadable: 1 } })
    expect(telemetry.lines.join('\n')).toContain('"said":"too old"')
    await courier.close()
    expect(backend.brought).toHaveLength(1)
  })
})

it('what is no span is left out, and alone it is no request', async () => {
  await using backend = await TracingBackend.start()
  const lines = ['{"traceId":"1', 'null', '{"id":"1"}', '[]']
  const losses = await otlp({ endpoint: backend.url }).send(spanChunk(lines), never)
  expect(losses).toMatchObject([{ kind: spanProblems.spans_unreadable, count: 4 }])
  expect(backend.brought).toEqual([])
})

it('the library writes an empty request as nothing, which a probe relies on', () => {
  expect(ProtobufTraceSerializer.serializeRequest([])).toEqual(new Uint8Array())
})
