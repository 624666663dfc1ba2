import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span, SpanText } from '../../src/model/span.ts'
import { traceAnswer, tracesAnswer } from '../../src/model/trace-figures.ts'
import { Traces } from '../../src/snapshot/traces.ts'
import { FakeClock } from '../support/fake-clock.ts'

const text = (span: Span): SpanText => ({ span, text: JSON.stringify(span) })
const hex = (number: number) => number.toString(16).padStart(16, '0')

/** `client a b` in one line: who, of which side, its id and its parent's; times in milliseconds after a begin. */
function span(trace: number, id: number, change: Partial<Span> & { readonly of?: string } = {}): SpanText {
  const { of = 'shop.shop', timestamp = 0, duration, ...rest } = change
  return text({
    traceId: hex(trace),
    id: hex(id),
    timestamp: 1_767_225_600_000_000 + timestamp * 1e3,
    ...(duration !== undefined && { duration: duration * 1e3 }),
    localEndpoint: { serviceName: of },
    ...rest,
  })
}

/** Two calls, one behind the other, as sidecars tell of them: both sides of a call have one id. */
const twoHops = [
  span(1, 1, { kind: 'CLIENT', of: 'bookbuyer.bookbuyer', timestamp: 0, duration: 40, name: 'bookstore:14001' }),
  span(1, 1, { kind: 'SERVER', of: 'bookstore-v1.bookstore', timestamp: 2, duration: 36, shared: true }),
  span(1, 2, { kind: 'CLIENT', of: 'bookstore-v1.bookstore', timestamp: 5, duration: 20, parentId: hex(1) }),
  span(1, 2, { kind: 'SERVER', of: 'bookwarehouse.bookwarehouse', timestamp: 6, duration: 18, parentId: hex(1), shared: true }),
  span(1, 3, { kind: 'CLIENT', of: 'bookstore-v1.bookstore', timestamp: 30, duration: 5, parentId: hex(1) }),
]
const shapeOf = (traces: Traces, trace = 1) =>
  traces.trace(hex(trace))?.tree.map(({ depth, kind, service }) => `${'  '.repeat(depth)}${kind?.toLowerCase()} ${service?.split('.')[0]}`)
const any = { limit: 200 }

describe('a trace', () => {
  it('is the same tree in whatever order and pieces its spans come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...twoHops, ...twoHops], { minLength: 10 }), (spans) => {
        const traces = new Traces(new FakeClock())
        for (const one of spans) traces.add([one])
        expect(shapeOf(traces)).toEqual([
          'client bookbuyer',
          '  server bookstore-v1',
          '    client bookstore-v1',
          '      server bookwarehouse',
          '    client bookstore-v1',
        ])
      }),
    )
  })

  it('says who began it, how long it took, who took part and what failed', () => {
    const traces = new Traces(new FakeClock())
    traces.add([
      ...twoHops,
      span(1, 3, { kind: 'SERVER', of: 'bank.bank', timestamp: 31, duration: 4, tags: { 'http.status_code': '503' } }),
    ])
    expect(traces.traces(any).traces).toEqual([
      {
        traceId: hex(1),
        service: 'bookbuyer.bookbuyer',
        name: 'bookstore:14001',
        startMs: 1_767_225_600_000,
        durationMs: 40,
        spans: 6,
        leftOut: 0,
        services: ['bank.bank', 'bookbuyer.bookbuyer', 'bookstore-v1.bookstore', 'bookwarehouse.bookwarehouse'],
        errors: 1,
        calls: [
          { source: 'bookbuyer.bookbuyer', destination: 'bookstore-v1.bookstore', count: 1, errors: 0 },
          { source: 'bookstore-v1.bookstore', destination: 'bookwarehouse.bookwarehouse', count: 1, errors: 0 },
          { source: 'bookstore-v1.bookstore', destination: 'bank.bank', count: 1, errors: 1 },
        ],
        settled: false,
      },
    ])
  })

  it('of real Envoys has the right shape over two hops', () => {
    const traces = new Traces(new FakeClock())
    for (const batch of ['005', '004', '001']) {
      const body = readFileSync(new URL(`../fixtures/zipkin/batch-${batch}.json`, import.meta.url), 'utf8')
      traces.add((JSON.parse(body) as Span[]).map(text))
    }
    const answer = traceAnswer.parse(traces.trace('ae0c8e563564cf20'))
    expect(answer.tree.map(({ depth, kind, service }) => [depth, kind, service])).toEqual([
      [0, 'CLIENT', 'bookbuyer.bookbuyer'],
      [1, 'SERVER', 'bookstore-v2.bookstore'],
      [2, 'CLIENT', 'bookstore-v2.bookstore'],
      [3, 'SERVER', 'bookwarehouse.bookwarehouse'],
    ])
    expect(answer.durationMs).toBe(36.639)
    expect(answer.tree[1]).toMatchObject({ statusCode: '200', error: false, durationMs: 35.537, parentId: null })
  })

  it('without its beginning stands at the top as far as it is known', () => {
    const traces = new Traces(new FakeClock())
    traces.add(twoHops.slice(3))
    expect(shapeOf(traces)).toEqual(['server bookwarehouse', 'client bookstore-v1'])
  })

  it('that tried a call at two pods has what each did below it', () => {
    const traces = new Traces(new FakeClock())
    const at = (ipv4: string) => ({ localEndpoint: { serviceName: 'bookstore.bookstore', ipv4 } })
    traces.add([
      span(1, 1, { kind: 'CLIENT', timestamp: 0 }),
      span(1, 1, { kind: 'SERVER', timestamp: 1, ...at('10.0.0.1') }),
      span(1, 1, { kind: 'SERVER', timestamp: 2, ...at('10.0.0.2') }),
      span(1, 2, { kind: 'CLIENT', timestamp: 3, parentId: hex(1), ...at('10.0.0.2') }),
    ])
    expect(traces.trace(hex(1))?.tree.map(({ depth, offsetMs }) => [depth, offsetMs])).toEqual([
      [0, 0],
      [1, 1],
      [1, 2],
      [2, 3],
    ])
  })

  it('shows each span once, whatever its parents say', () => {
    const anySpan = fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      parent: fc.option(fc.integer({ min: 1, max: 6 })),
      kind: fc.constantFrom('CLIENT', 'SERVER', undefined),
      timestamp: fc.nat(100),
    })
    fc.assert(
      fc.property(fc.uniqueArray(anySpan, { minLength: 1, selector: ({ id, kind }) => `${id} ${kind}` }), (spans) => {
        const traces = new Traces(new FakeClock())
        traces.add(
          spans.map(({ id, parent, kind, timestamp }) =>
            span(1, id, { timestamp, ...(kind && { kind }), ...(parent && { parentId: hex(parent) }) }),
          ),
        )
        const ids = traces.trace(hex(1))?.tree.map(({ id, kind }) => `${Number.parseInt(id, 16)} ${kind ?? undefined}`)
        expect(ids?.sort()).toEqual(spans.map(({ id, kind }) => `${id} ${kind}`).sort())
      }),
    )
  })

  it('is a long chain without any harm', () => {
    const traces = new Traces(new FakeClock())
    traces.add(Array.from({ length: 1_000 }, (_, i) => span(1, i + 1, i > 0 ? { parentId: hex(i) } : {})))
    expect(traces.trace(hex(1))?.tree.at(-1)?.depth).toBe(999)
  })

  it('is found with and without leading zeros', () => {
    const traces = new Traces(new FakeClock())
    traces.add([span(0xab, 1)])
    for (const id of ['ab', hex(0xab), hex(0xab).padStart(32, '0')]) expect(traces.trace(id)?.traceId).toBe(hex(0xab))
    expect(traces.trace('abc')).toBeUndefined()
  })

  it('has settled when nothing came for some seconds', () => {
    const clock = new FakeClock()
    const traces = new Traces(clock)
    const settled = () => traces.traces(any).traces.map((trace) => trace.settled)
    traces.add([span(1, 1)])
    clock.advance(5_999)
    traces.add([span(1, 2)])
    clock.advance(5_999)
    expect(settled()).toEqual([false])
    clock.advance(1)
    expect(settled()).toEqual([true])
  })
})

describe('the last traces', () => {
  const ids = (traces: Traces) => traces.traces(any).traces.map(({ traceId }) => Number.parseInt(traceId, 16))

  it('are as many as there is room for; the oldest goes when it was waited for', () => {
    const clock = new FakeClock()
    const traces = new Traces(clock, { traces: 2 })
    for (const id of [1, 2, 3]) {
      traces.add([span(id, 1, { timestamp: id })])
      clock.advance(10_000)
    }
    expect(ids(traces)).toEqual([3, 2])
  })

  it('stay longer where they failed, up to half of the places', () => {
    const clock = new FakeClock()
    const traces = new Traces(clock, { traces: 4 })
    const failed = { tags: { 'http.status_code': '503' } }
    const come = (number: number, change = {}) => {
      traces.add([span(number, 1, { timestamp: number, ...change })])
      clock.advance(10_000)
    }
    const kept = () => traces.traces(any).traces.map(({ traceId }) => Number.parseInt(traceId, 16))
    come(1, failed)
    for (let number = 2; number <= 9; number++) come(number)
    expect(kept(), 'one that failed outlives seven that did not').toEqual([9, 8, 7, 1])
    for (let number = 10; number <= 12; number++) come(number, failed)
    expect(kept(), 'at most half of those that are left').toEqual([12, 11, 10, 9])
    come(13)
    expect(kept()).toEqual([13, 12, 11, 10])
  })

  it('are whole: where more come, others are passed over from their first span to their last', () => {
    const clock = new FakeClock()
    const traces = new Traces(clock, { traces: 1 })
    traces.add([span(1, 1), span(2, 1)])
    clock.advance(9_000)
    traces.add([span(1, 2), span(2, 2)])
    clock.advance(1_000)
    traces.add([span(2, 3)])
    expect([ids(traces), traces.trace('1')?.spans]).toEqual([[1], 2])
    traces.add([span(3, 1)])
    traces.add([span(1, 3)])
    expect(ids(traces)).toEqual([3])
  })

  it('find room again, however many were passed over', () => {
    const clock = new FakeClock()
    const traces = new Traces(clock, { traces: 200 })
    for (let second = 0; second < 30; second++) {
      for (let i = 0; i < 2_000; i++) traces.add([span(second * 2_000 + i + 1, 1, { timestamp: second * 1e3 })])
      clock.advance(1_000)
    }
    const { traces: kept } = traces.traces(any)
    expect(kept).toHaveLength(200)
    expect(kept.every(({ startMs }) => (startMs ?? 0) >= 1_767_225_600_000 + 20_000)).toBe(true)
  })

  it('take no more memory than they may, and say what they left out', () => {
    const clock = new FakeClock()
    const bytes = span(10, 1).text.length
    const traces = new Traces(clock, { spansPerTrace: 2, bytesPerTrace: 3 * bytes, bytes: 4 * bytes })
    traces.add([1, 2, 3].map((id) => span(10, id)))
    expect(traces.trace('a')).toMatchObject({ spans: 2, leftOut: 1 })
    traces.add([span(11, 1, { tags: { long: 'x'.repeat(3 * bytes) } })])
    expect(traces.trace('b')).toMatchObject({ spans: 0, leftOut: 1, startMs: null, durationMs: null, service: null })
    traces.add([span(12, 1), span(12, 2), span(13, 1)])
    expect(new Set(ids(traces))).toEqual(new Set([11, 12, 13]))
  })

  it('are chosen by service, duration, errors and begin, the newest first', () => {
    const traces = new Traces(new FakeClock())
    traces.add([
      span(1, 1, { of: 'bookstore-v1.bookstore', timestamp: 0, duration: 100 }),
      span(2, 1, { of: 'bookstore-v1.bookstore', timestamp: 1_000, duration: 99, tags: { error: 'true' } }),
      span(3, 1, { of: 'bookstore.bookstore', timestamp: 2_000, tags: { error: 'false' } }),
      text({ traceId: hex(4), id: hex(1) }),
    ])
    const found = (filter: object) => traces.traces({ ...any, ...filter }).traces.map(({ traceId }) => Number.parseInt(traceId, 16))
    expect(found({})).toEqual([4, 3, 2, 1])
    expect(found({ limit: 1 })).toEqual([4])
    expect(found({ service: 'bookstore-v1' })).toEqual([2, 1])
    expect(found({ service: 'bookstore.bookstore' })).toEqual([3])
    expect(found({ minDurationMs: 100 })).toEqual([1])
    expect(found({ errorsOnly: true })).toEqual([2])
    expect(found({ sinceMs: 1_767_225_601_000 })).toEqual([4, 3, 2])
    expect(tracesAnswer.parse(traces.traces(any)).kept).toBe(4)
  })
})
