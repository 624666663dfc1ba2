import { expect, it } from 'vitest'
import { Courier } from '../../../src/forward/courier.ts'
import type { Destination } from '../../../src/forward/destination.ts'
import { otlpOptions, zipkinOptions } from '../../../src/forward/spans/options.ts'
import { Otlp } from '../../../src/forward/spans/otlp.ts'
import { Zipkin } from '../../../src/forward/spans/zipkin.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { memoryState } from '../../../src/state/state.ts'
import { committing } from '../../support/outbox.ts'
import { chunkOf, envoySpans } from '../../support/spans.ts'
import { testTelemetry } from '../../support/telemetry.ts'
import { TracingBackend } from '../../support/tracing-backend.ts'

const ways: readonly [string, (endpoint: string) => Destination][] = [
  ['zipkin', (endpoint) => new Zipkin(zipkinOptions.parse({ endpoint }))],
  ['otlp', (endpoint) => new Otlp(otlpOptions.parse({ endpoint, encoding: 'json' }))],
]

it.each(ways)('%s: of a chunk that is refused for one span the others arrive, each once', async (_way, open) => {
  await using backend = await TracingBackend.start()
  const [sample] = envoySpans()
  const spans = Array.from({ length: 500 }, (_, index) => ({
    ...sample,
    traceId: '00000000000000aa',
    id: `c${index.toString(16).padStart(15, '0')}`,
    kind: 'PRODUCER' as const,
  }))
  const bad = spans[123]?.id ?? ''
  backend.react = ({ body }) => (body.includes(`"${bad}"`) ? { status: 400, body: 'One of them is bad.' } : undefined)
  const destination = open(backend.url)
  const state = memoryState({ clock: systemClock, outbox: { limit: 2 ** 24, keep: 3_600_000 }, takers: [destination] })
  const courier = new Courier(destination, { outbox: state.outbox, isDurable: false, clock: systemClock, telemetry: testTelemetry() })
  await state.commit(committing({ ...chunkOf(spans), madeMs: systemClock.wallMs() }))
  courier.begin()
  await expect
    .poll(() => courier.figures(), { timeout: 30_000 })
    .toMatchObject({ sent: 499, dropped: { spans_refused: 1 }, queued: { count: 0 } })
  const accepted = backend.brought.filter(({ body }) => !body.includes(`"${bad}"`))
  const times = spans.map(({ id }) => accepted.filter(({ body }) => body.includes(`"${id}"`)).length)
  expect(times).toEqual(spans.map(({ id }) => (id === bad ? 0 : 1)))
  expect(backend.brought.length).toBeLessThan(20)
  await courier.close()
})
