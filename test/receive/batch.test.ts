import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Batch, batchOf, longestSpanBytes, mostSpans, outlineOf } from '../../src/receive/batch.ts'
import { RefusedRequest } from '../../src/receive/refused-request.ts'
import { aSpan, bodyOf, realBodies } from './support/spans.ts'

const read = (body: Buffer | string): Batch => batchOf(outlineOf(Buffer.from(body)))
const refusals = (body: Buffer | string): Record<string, number> => Object.fromEntries(read(body).refused)
/** What a body with one span that is good and this one comes to. */
const besideGood = (span: unknown): Record<string, number> => refusals(bodyOf(aSpan(), span))

/** @returns `undefined` for a body that nothing can be read of */
function readOrNot(body: Buffer): Batch | undefined {
  try {
    return read(body)
  } catch (error) {
    if (error instanceof RefusedRequest) return undefined
    throw error
  }
}

describe('a real batch', () => {
  it.each(realBodies)('comes apart into its spans, each with the bytes that were sent', (body) => {
    const { spans, refused } = read(body)
    expect(refused.size).toBe(0)
    expect(spans.map(({ span }) => span)).toEqual(JSON.parse(body.toString()))
    expect(`[${spans.map(({ text }) => text).join(',')}]`).toBe(body.toString())
  })

  it('cut anywhere gives the spans before the cut and nothing else', () => {
    const body = realBodies[0] as Buffer
    const whole = read(body).spans.map(({ text }) => text)
    for (let length = 0; length < body.length; length++) {
      const texts = readOrNot(body.subarray(0, length))?.spans.map(({ text }) => text) ?? []
      expect(texts).toEqual(whole.slice(0, texts.length))
    }
  })
})

describe('any batch', () => {
  const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/)
  const member = fc.json().map((text) => JSON.parse(text) as unknown)
  const span = fc.record(
    {
      traceId: fc.stringMatching(/^[1-9a-f][0-9a-f]{15}$/),
      id: fc.stringMatching(/^[1-9a-f][0-9a-f]{15}$/),
      name: fc.string({ unit: 'binary' }),
      tags: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
      'what nobody knows': member,
    },
    { requiredKeys: ['traceId', 'id'] },
  )

  it('comes apart into its elements, whatever stands in them and between them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(span, space, space)), space, (elements, around) => {
        const text = `${around}[${elements.map(([value, before, after]) => before + JSON.stringify(value) + after).join(',')}${around}]${around}`
        const { spans, refused } = read(text)
        expect(refused.size).toBe(0)
        expect(spans.map((one) => one.text)).toEqual(elements.map(([value]) => JSON.stringify(value)))
        for (const one of spans) expect(one.span).toEqual(JSON.parse(one.text))
      }),
    )
  })

  it('is one line per span, however it was laid out', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1 }), (values) => {
        const { spans } = read(JSON.stringify(values, null, '\r\n  '))
        expect(spans.map(({ text }) => JSON.parse(text))).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))))
        expect(spans.filter(({ text }) => /[\r\n]/.test(text))).toEqual([])
      }),
    )
  })

  it('never makes a span of what is none, whatever the bytes', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      ' ',
      '\n',
      '1',
      'null',
      '"a":1',
      JSON.stringify(aSpan()),
      'é',
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(piece), fc.uint8Array({ maxLength: 4 }), (pieces, bytes) => {
        const batch = readOrNot(Buffer.concat([Buffer.from(`[${pieces.join('')}`), bytes]))
        for (const { text } of batch?.spans ?? []) expect(JSON.parse(text)).toMatchObject({ traceId: aSpan().traceId })
      }),
    )
  })
})

describe('a bad span stays behind alone', () => {
  it.each<readonly [string, unknown]>([
    ['not_object', 7],
    ['not_object', ['x']],
    ['not_object', null],
    ['no_trace_id', {}],
    ['bad_id', aSpan({ traceId: '463ac35c9f6413a' })],
    ['bad_id', aSpan({ traceId: '0000000000000000' })],
    ['bad_id', aSpan({ id: 'xyz' })],
    ['bad_id', aSpan({ id: undefined })],
    ['bad_id', aSpan({ parentId: 7 })],
    ['bad_member', aSpan({ kind: 'client' })],
    ['bad_member', aSpan({ timestamp: 1.5 })],
    ['bad_member', aSpan({ timestamp: '1795248234218200' })],
    ['bad_member', aSpan({ duration: 2 ** 60 })],
    ['bad_member', aSpan({ tags: { a: ['b'] } })],
    ['bad_member', aSpan({ tags: [] })],
    ['bad_member', aSpan({ annotations: [{ value: 'ss' }] })],
    ['bad_member', aSpan({ localEndpoint: 'bookbuyer' })],
    ['bad_member', aSpan({ localEndpoint: { serviceName: 7 } })],
    ['too_long', aSpan({ name: 'x'.repeat(longestSpanBytes) })],
  ])('%s', (reason, span) => {
    expect(besideGood(span)).toEqual({ [reason]: 1 })
    expect(read(bodyOf(aSpan(), span)).spans.map((one) => one.span)).toEqual([aSpan()])
  })

  it.each<readonly [string, string]>([
    ['not_json', '{"traceId":'],
    ['not_json', '{"traceId" "x"}'],
    ['not_json', '{} {}'],
    ['not_json', ''],
    ['not_json', "{'traceId':1}"],
    ['not_json', '{"name":"\n"}'],
    ['named_twice', JSON.stringify(aSpan()).replace('{', '{"name":"a","name":"b",')],
    ['named_twice', JSON.stringify(aSpan({ tags: { a: 'b' } })).replace('"a"', '"a":"?secret","\\u0061"')],
    ['named_twice', JSON.stringify(aSpan({ tags: { a: null } })).replace('"a"', '"a":"?secret","a"')],
    ['too_deep', JSON.stringify(aSpan()).replace('}', `,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['not_json', JSON.stringify(aSpan()).replace('}', ',"duration":1e999999999999x}')],
    ['bad_member', JSON.stringify(aSpan()).replace('}', ',"duration":1e999}')],
  ])('%s: %s', (reason, text) => {
    expect(refusals(`[${JSON.stringify(aSpan())},${text},${JSON.stringify(aSpan())}]`)).toEqual({ [reason]: 1 })
  })

  it('that swallows the others leaves those before it', () => {
    const { spans, refused } = read(`[${JSON.stringify(aSpan())},{"name":"no end,${JSON.stringify(aSpan())}]`)
    expect(spans).toHaveLength(1)
    expect(Object.fromEntries(refused)).toEqual({ not_json: 1 })
  })
})

describe('what is a matter of spelling', () => {
  it.each<readonly [unknown, unknown]>([
    [aSpan({ traceId: '463AC35C9F6413AD', id: 'A2FB4A1D1A96D312' }), aSpan()],
    [aSpan({ parentId: null, name: null, tags: { a: null, b: 'c' } }), aSpan({ tags: { b: 'c' } })],
    [aSpan({ parentId: '0000000000000000' }), aSpan()],
    [aSpan({ parentId: '' }), aSpan()],
    [aSpan({ tags: { status: 200, isLast: true } }), aSpan({ tags: { status: '200', isLast: 'true' } })],
    [aSpan({ duration: -5 }), aSpan()],
    [aSpan({ localEndpoint: { ipv4: null, serviceName: 'x' } }), aSpan({ localEndpoint: { serviceName: 'x' } })],
    [aSpan({ localEndpoint: { ipv4: '10.0.0.256', serviceName: 'x' } }), aSpan({ localEndpoint: { serviceName: 'x' } })],
    [aSpan({ remoteEndpoint: { ipv6: '10.0.0.1', port: 65_536 } }), aSpan({ remoteEndpoint: {} })],
    [aSpan({ localEndpoint: { port: 'http', serviceName: 'x' } }), aSpan({ localEndpoint: { serviceName: 'x' } })],
    [aSpan({ duration: -5, unknown: { kept: [1] } }), aSpan({ unknown: { kept: [1] } })],
  ])('%j is read as %j', (sent, meant) => {
    const [one] = read(bodyOf(sent)).spans
    expect(one?.span).toEqual(meant)
    expect(JSON.parse(one?.text ?? '')).toEqual(meant)
  })
})

describe('what is odd and right', () => {
  it.each<readonly [string, Record<string, unknown>]>([
    ['128-bit trace ids', aSpan({ traceId: '4e441824ec2b6a44ffdc9bb9a6453df3' })],
    ["span ids of FSM's Pipy", aSpan({ id: '4e441824ec2b6a44ffdc9bb9a6453df3' })],
    ['lone surrogates', aSpan({ name: '\ud800', tags: { a: '\udfff' } })],
    ['members that nobody knows', aSpan({ big: 12345678901234567890n.toString(), more: { a: [{ b: null }] } })],
    ['empty everything', aSpan({ name: '', tags: {}, annotations: [], localEndpoint: {} })],
  ])('%s keep their text', (_, span) => {
    expect(read(bodyOf(span)).spans.map(({ text }) => text)).toEqual([JSON.stringify(span)])
  })

  it('__proto__ is a name like any other', () => {
    const text = '{"traceId":"463ac35c9f6413ad","id":"a2fb4a1d1a96d312","__proto__":{"kind":"CLIENT"},"tags":{"__proto__":"x"}}'
    const [one] = read(`[${text}]`).spans
    expect(one?.text).toBe(text)
    expect(one?.span.kind).toBeUndefined()
    expect(Object.keys(one?.span.tags ?? {})).toEqual(['__proto__'])
  })

  it('a number of any length stays as it was written', () => {
    const text = JSON.stringify(aSpan()).replace('}', ',"x":123456789012345678901234567890.00}')
    expect(read(`[${text}]`).spans.map((one) => one.text)).toEqual([text])
  })

  it('a byte order mark is no part of it', () => {
    expect(read(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bodyOf(aSpan())])).spans).toHaveLength(1)
  })

  it('bytes that are no UTF-8 are read as the mark for them', () => {
    const body = Buffer.from(JSON.stringify([aSpan({ name: 'a?b' })]))
    body[body.indexOf('?')] = 0xff
    expect(read(body).spans.map(({ span }) => span.name)).toEqual(['a\ufffdb'])
  })
})

describe('a body that says nothing', () => {
  it.each(['', '   ', '{}', '"x"', 'null', '\u0000', '<span/>', '[', '[{"traceId":', '[{}', '[]]'])('%j', (text) => {
    expect(() => read(text)).toThrow(RefusedRequest)
  })

  it('a million of empty objects is refused before any is read', () => {
    expect(() => outlineOf(Buffer.from(`[${'{},'.repeat(1_000_000)}{}]`))).toThrow(`1000001 spans; ${mostSpans} are taken at once`)
  })

  it('an empty array is none', () => {
    expect(read('[]')).toEqual({ spans: [], refused: new Map() })
  })
})
