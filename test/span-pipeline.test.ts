import { describe, expect, it } from 'vitest'
import { Aggregator } from '../src/aggregate/aggregator.ts'
import type { SpanText } from '../src/model/span.ts'
import { createParser } from '../src/parse/template-parser.ts'
import { Pipeline } from '../src/pipeline.ts'
import { batchOf, outlineOf } from '../src/receive/batch.ts'
import { tracesOptions } from '../src/receive/options.ts'
import { receiveMetrics } from '../src/receive/telemetry.ts'
import { createRelabeller } from '../src/relabel/osm.ts'
import { Snapshot } from '../src/snapshot/snapshot.ts'
import { SpanPipeline } from '../src/span-pipeline.ts'
import { memoryState } from '../src/state/state.ts'
import { aSpan, bodyOf, realBodies } from './receive/support/spans.ts'
import { FakeClock } from './support/fake-clock.ts'
import { testTelemetry } from './support/telemetry.ts'

const untouched = { repair: { serviceNames: false, durations: false, ids: false, meshTags: false }, redact: { queries: false } }

/** Spans on their way to the outbox, whose commits fail when the test says so. */
class Way {
  readonly clock = new FakeClock()
  readonly telemetry = testTelemetry()
  readonly shown: SpanText[] = []
  readonly spans: SpanPipeline
  readonly #state = memoryState({
    clock: this.clock,
    outbox: { limit: 2 ** 30, keep: 60_000 },
    takers: [{ name: 'jaeger', kind: 'spans' }],
  })
  readonly #pipeline: Pipeline
  doCommitsHold = true

  constructor(options: object = untouched) {
    this.spans = new SpanPipeline(tracesOptions.parse(options), {
      clock: this.clock,
      telemetry: this.telemetry,
      areTaken: true,
      show: (spans) => this.shown.push(...spans),
    })
    this.#pipeline = new Pipeline({
      parser: createParser(),
      relabeller: createRelabeller({ wasmNames: 'restored' }),
      aggregator: new Aggregator({ edgeLimit: 10, rememberedLimit: 1000, totalRememberedLimit: 1000 }, this),
      snapshot: new Snapshot({ history: { window: 3_600_000, memory: 2 ** 28 }, intervalMs: 0, version: 'test' }, this),
      clock: this.clock,
      state: {
        ...this.#state,
        commit: (changes) => (this.doCommitsHold ? this.#state.commit(changes) : Promise.reject(new Error('the disk is full'))),
      },
      spans: this.spans,
    })
  }

  receive(body: Buffer): boolean {
    return this.spans.spans({ ...batchOf(outlineOf(body)), senderAddress: '10.0.0.1' })
  }

  commit(): Promise<void> {
    return this.#pipeline.commit()
  }

  /** Everything that waits for the destination now, chunk by chunk; it is gone afterwards. */
  async delivered(): Promise<{ readonly lines: readonly string[]; readonly count: number; readonly madeMs: number }[]> {
    const chunks = []
    for (;;) {
      const chunk = await this.#state.outbox.next('jaeger')
      if (!chunk) return chunks
      this.#state.outbox.delivered('jaeger', chunk.id)
      const text = Buffer.from(chunk.body).toString()
      chunks.push({
        lines: text.split(/\n(?!$)/).map((line) => line.slice(0, line.endsWith('\n') ? -1 : undefined)),
        count: chunk.count,
        madeMs: chunk.madeMs,
      })
    }
  }
}

const long = (index: number) => bodyOf(aSpan({ name: `${index}`, tags: { filler: 'x'.repeat(200_000) } }))

describe('spans on their way to the outbox', () => {
  it('arrive with the commit, byte for byte as a real Envoy sent them', async () => {
    const way = new Way()
    for (const body of realBodies) expect(way.receive(body)).toBe(true)
    expect(await way.delivered()).toEqual([])
    await way.commit()
    const [chunk, ...others] = await way.delivered()
    expect(others).toEqual([])
    expect(chunk).toMatchObject({ count: 25, madeMs: way.clock.wallMs() })
    expect(chunk?.lines).toEqual(realBodies.flatMap((body) => batchOf(outlineOf(body)).spans.map(({ text }) => text)))
    expect(`[${chunk?.lines.slice(0, 5).join(',')}]`).toBe(String(realBodies[0]))
    expect(way.shown.map(({ text }) => text)).toEqual(chunk?.lines)
  })

  it('make chunks that are as full as they get, and each is delivered once', async () => {
    const way = new Way()
    for (let index = 0; index < 10; index++) way.receive(long(index))
    await way.commit()
    await way.commit()
    const names = (await way.delivered()).flatMap(({ lines }) => lines.map((line) => (JSON.parse(line) as { name: string }).name))
    expect(names).toEqual(Array.from({ length: 10 }, (_, index) => `${index}`))
  })

  it('make chunks of few enough for Jaeger 1, whose queue has room for 2,000: what is more it drops and says that it took it', async () => {
    const way = new Way()
    for (let round = 0; round < 61; round++) for (const body of realBodies) way.receive(body)
    await way.commit()
    expect((await way.delivered()).map(({ count }) => count)).toEqual([500, 500, 500, 25])
  })

  it('are refused while more waits than may, which a commit ends', async () => {
    const way = new Way()
    let taken = 0
    while (taken < 1_000 && way.receive(long(taken))) taken++
    expect(taken).toBeLessThan(200)
    expect(way.receive(long(taken))).toBe(false)
    await way.commit()
    expect(way.receive(long(taken))).toBe(true)
  })

  it('wait through commits that fail, within their bound, and arrive once', async () => {
    const way = new Way()
    way.doCommitsHold = false
    let taken = 0
    for (; taken < 1_000 && way.receive(long(taken)); taken++)
      if (taken % 50 === 0) await expect(way.commit()).rejects.toThrow('the disk is full')
    expect(taken).toBeLessThan(300)
    way.doCommitsHold = true
    await way.commit()
    await way.commit()
    const names = (await way.delivered()).flatMap(({ lines }) => lines.map((line) => (JSON.parse(line) as { name: string }).name))
    expect(names.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: taken }, (_, index) => index))
  })

  it('of traces that are not sampled go nowhere, but errors do', async () => {
    const way = new Way({ ...untouched, sample: 0 })
    const spans = realBodies.flatMap((body) => batchOf(outlineOf(body)).spans)
    const failed = spans.filter(({ span }) => span.tags?.error === 'true').map(({ text }) => text)
    expect(failed.length).toBeGreaterThan(0)
    for (const body of realBodies) way.receive(body)
    await way.commit()
    expect((await way.delivered()).flatMap(({ lines }) => lines)).toEqual(failed)
    expect(way.shown.map(({ text }) => text)).toEqual(failed)
    expect(way.spans.sampledOut).toBe(spans.length - failed.length)
    const { values } = (await way.telemetry.metrics.registry.getSingleMetric(receiveMetrics.sampledOut.name)?.get()) ?? { values: [] }
    expect(values.map(({ value }) => value)).toEqual([spans.length - failed.length])
  })

  it('say nothing of what is redacted, neither where they are shown nor where they are sent', async () => {
    const way = new Way({ redact: { tags: ['user_agent'] } })
    way.receive(
      bodyOf(aSpan({ kind: 'SERVER', tags: { component: 'proxy', 'http.url': 'http://shop/a?card=4711', user_agent: 'secret' } })),
    )
    await way.commit()
    const all = JSON.stringify([way.shown, await way.delivered()])
    expect(all).toContain('http://shop/a?redacted')
    expect(all).not.toMatch(/4711|secret/)
  })

  it('are mended from the pods that discovery knows', async () => {
    const way = new Way({})
    way.spans.know([])
    way.receive(bodyOf(aSpan({ localEndpoint: { serviceName: 'default.', ipv4: '10.0.0.1' } })))
    expect(way.shown.map(({ span }) => span.tags)).toEqual([{ 'mesh.unverified': 'true' }])
  })
})
