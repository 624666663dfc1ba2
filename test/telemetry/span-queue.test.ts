import { RandomIdGenerator, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import { SpanQueue } from '../../src/telemetry/span-queue.ts'
import { spanSender } from '../../src/telemetry/span-senders.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { testTelemetry } from '../support/telemetry.ts'
import { TracingBackend } from '../support/tracing-backend.ts'

/** What waits to be sent, what is let go, and when. */
async function scene() {
  const backend = await TracingBackend.start()
  const [clock, telemetry] = [new FakeClock(), testTelemetry()]
  const queue = new SpanQueue({ clock, telemetry, sender: spanSender({ to: 'zipkin', endpoint: backend.url }) })
  const spans = new TracerProvider({ spanProcessors: [queue], idGenerator: new RandomIdGenerator() }).getTracer('test')
  return {
    backend,
    clock,
    queue,
    lines: telemetry.lines,
    end: (count: number) => {
      for (let n = 0; n < count; n++) spans.startSpan(`span ${n}`).end()
    },
    arrived: () => backend.brought.map(({ body }) => (JSON.parse(body.toString()) as Span[]).length),
    metric: async (name: string) => {
      const values = (await telemetry.metrics.registry.getMetricsAsJSON()).find((metric) => metric.name === name)?.values ?? []
      return Object.fromEntries(values.map(({ labels, value }) => [labels['reason'] ?? '', value]))
    },
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

const sent = 'meshtelemetry_own_spans_sent_total'
const dropped = 'meshtelemetry_own_spans_dropped_total'

it('what has ended is sent once a second, in the background', async () => {
  await using it = await scene()
  it.end(3)
  it.clock.advance(1_000)
  await expect.poll(async () => (await it.metric(sent))['']).toBe(3)
  expect(it.arrived()).toEqual([3])
})

it('no more waits than may, and what is let go is counted', async () => {
  await using it = await scene()
  it.end(3_000)
  it.clock.advance(1_000)
  await expect.poll(async () => (await it.metric(sent))['']).toBe(2_048)
  expect(it.arrived()).toEqual([512, 512, 512, 512])
  expect(await it.metric(dropped)).toEqual({ queue_full: 952, not_delivered: 0, ended: 0 })
})

it('a server that never answers is left after five seconds, and the next batch is sent all the same', async () => {
  await using it = await scene()
  it.backend.react = () => 'silence'
  it.end(1)
  it.clock.advance(1_000)
  await expect.poll(() => it.backend.heard.length).toBe(1)
  it.backend.react = () => undefined
  it.clock.advance(5_000)
  await expect.poll(async () => (await it.metric(dropped))['not_delivered']).toBe(1)
  expect(it.lines.filter((line) => line.includes('own_traces_failing') && line.includes('no answer within 5 seconds'))).toHaveLength(1)
  it.end(1)
  it.clock.advance(1_000)
  await expect.poll(async () => (await it.metric(sent))['']).toBe(1)
})

it('at its end all that waits is sent', async () => {
  await using it = await scene()
  it.end(700)
  await it.queue.shutdown()
  expect(it.arrived()).toEqual([512, 188])
  it.end(1)
  expect(await it.metric(dropped)).toEqual({ queue_full: 0, not_delivered: 0, ended: 1 })
})

it('its end waits less than a second for a server that never answers', async () => {
  await using it = await scene()
  it.backend.react = () => 'silence'
  it.end(700)
  const ended = it.queue.shutdown()
  await expect.poll(() => it.backend.heard.length).toBe(1)
  it.clock.advance(999)
  await ended
  expect(await it.metric(dropped)).toEqual({ queue_full: 0, not_delivered: 0, ended: 700 })
  expect(it.lines.filter((line) => line.includes('own_traces_failing'))).toEqual([])
})

it.each(['jaeger', 'otlp', 'zipkin'] as const)('%s: what is refused or cannot be reached has not arrived', async (to) => {
  await using backend = await TracingBackend.start()
  backend.react = () => ({ status: 400 })
  const never = new AbortController().signal
  const sender = spanSender({ to, endpoint: backend.url })
  const kept: ReadableSpan[] = []
  const keeping = {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => void kept.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  new TracerProvider({ spanProcessors: [keeping] }).getTracer('test').startSpan('one').end()
  await expect(sender.send(kept, never)).rejects.toThrow('400')
  backend.react = () => 'cut'
  await expect(sender.send(kept, never)).rejects.toThrow(/socket|reached/)
  backend.react = () => undefined
  await sender.send(kept, never)
  await sender.close()
})
