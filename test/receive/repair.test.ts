import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import type { PodIdentity } from '../../src/model/target.ts'
import { caseMs, repairCases, repairerOf, spanText } from './repair-cases.ts'

describe('spans as sidecars send them', () => {
  it.each(repairCases)('become what is written beside them: $name', async ({ golden, options, pods, batches }) => {
    const { repairer, counts } = repairerOf(pods, options)
    const repaired = batches.flatMap((batch) => repairer.repair(batch))
    const lines = [...repaired.map(({ text }) => text), JSON.stringify({ repairs: await counts() })]
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(golden)
  })

  it.each(repairCases)('are looked at in the words that are sent on: $name', ({ options, pods, batches }) => {
    const { repairer } = repairerOf(pods, options)
    for (const { span, text } of batches.flatMap((batch) => repairer.repair(batch))) expect(JSON.parse(text)).toEqual(span)
  })

  it.each(repairCases)('need no second repair, and keep their very text where they need none: $name', ({ options, pods, batches }) => {
    const { repairer } = repairerOf(pods, options)
    const once = batches.map((batch) => ({ ...batch, spans: repairer.repair(batch) }))
    for (const batch of once) {
      const twice = repairer.repair(batch)
      // Who calls from an address is learnt from its spans; a trace's first call that came before may be understood now.
      const later = batch.spans.filter((span, i) => twice[i] !== span && span.span.name === 'from nobody known')
      expect(twice.filter((span, i) => span !== batch.spans[i])).toHaveLength(later.length)
    }
  })
})

describe('repair', () => {
  const pods: PodIdentity[] = [
    { namespace: 'bookbuyer', name: 'bookbuyer-1', uid: 'u1', serviceAccount: 'bookbuyer', addresses: ['10.0.0.1'], hasSidecar: true },
    { namespace: 'shop', name: 'till', uid: 'u2', addresses: ['10.0.0.2'] },
  ]
  const digit = fc.constantFrom(...'0123456789abcdef'.split(''))
  const id = (digits: number) => fc.string({ unit: digit, minLength: digits, maxLength: digits })
  const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '::ffff:10.0.0.1', '10.9.9.9', '')
  const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
  const tags = fc.dictionary(
    fc.constantFrom('component', 'peer.address', 'upstream_cluster', 'response_flags', 'mesh.source.pod', 'mesh.unverified', '__proto__'),
    fc.constantFrom('proxy', '10.0.0.1', 'bookstore/bookstore|14001', '-', ''),
  )
  const anySpan: fc.Arbitrary<object> = fc.record(
    {
      traceId: id(16),
      id: fc.oneof(id(16), id(32)),
      parentId: maybe(fc.oneof(id(16), id(32))),
      kind: maybe(fc.constantFrom('CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER')),
      timestamp: maybe(fc.nat(2 ** 50)),
      duration: maybe(fc.nat()),
      shared: maybe(fc.boolean()),
      localEndpoint: maybe(fc.record({ serviceName: fc.constantFrom('default.', 'bookbuyer', 'a.b', '.', ''), ipv4: address })),
      annotations: maybe(fc.array(fc.record({ timestamp: fc.nat(2 ** 50), value: fc.string() }), { maxLength: 3 })),
      tags: maybe(tags),
      unknown: fc.jsonValue(),
    },
    { requiredKeys: ['traceId', 'id'] },
  )
  const textOf = (span: object) => spanText(JSON.parse(JSON.stringify(span)) as object)

  it('of what was repaired changes nothing', () => {
    fc.assert(
      fc.property(anySpan, address, (span, senderAddress) => {
        const { repairer } = repairerOf(pods)
        const once = repairer.repair({ spans: [textOf(span)], senderAddress })
        const twice = repairer.repair({ spans: once, senderAddress })
        expect(twice[0]).toBe(once[0])
      }),
    )
  })

  it('keeps every member and tag that it does not mend', () => {
    fc.assert(
      fc.property(anySpan, address, (given, senderAddress) => {
        const before = textOf(given)
        const [after] = repairerOf(pods).repairer.repair({ spans: [before], senderAddress })
        const { id: _id, parentId: _parent, duration, localEndpoint, tags: had = {}, ...rest } = before.span
        const { serviceName: _name, ...endpoint } = localEndpoint ?? {}
        const now = JSON.parse(after?.text ?? '') as Span
        expect(now).toMatchObject({
          ...rest,
          ...(duration !== undefined && { duration }),
          ...(localEndpoint && { localEndpoint: endpoint }),
        })
        expect({ ...now.tags }).toMatchObject(had)
      }),
    )
  })

  it.each(['1795248234218200123456', '9007199254740993', '12345.678901234567890', '1e400', '-2.50E-7', '[1,0.10000000000000000]'])(
    'writes %s as it came, where nobody knows what it means',
    (number) => {
      const text = `{"traceId":"00000000000000a1","id":"${'0'.repeat(31)}1","tags":{},"unknown":${number}}`
      const [after] = repairerOf([]).repairer.repair({ spans: [{ span: JSON.parse(text) as Span, text }], senderAddress: '10.0.0.1' })
      expect(after?.text).toBe(text.replace('0'.repeat(31), '0'.repeat(15)))
    },
  )

  it.each([
    '{"tags":{}}',
    '{"tags":{ }}',
    '{"tags":{"a":"}\\\\"}}',
    '{"tags":{"a":"\\"}","b":"{"} , "z":1}',
    '{ "tags" : {"a":"b"}}',
    '{"t\\u0061gs":{"a":"b"},"other":{"tags":{}}}',
    '{"t\\u0061gs":{"a":"b"},"x":"\\"tags\\":{"}',
    '{"other":{"tags":{}},"tags":{"a":"b"}}',
    '{"tags":{"tags":"tags"}}',
    '{"x\\"tags":{},"tags":{"a":"b"}}',
    '{"name":"tags","tags":{"a":"b"}}',
    '{"name":"\\"tags\\":{","tags":{"a":"\\"tags\\":{"},"n":1e400}',
    '{"n":{}}',
  ])('adds tags to %s, wherever else the word stands, and nothing else', (members) => {
    const text = `{"traceId":"00000000000000a1","id":"00000000000000a1","kind":"CLIENT",${members.slice(1)}`
    const given = JSON.parse(text) as Span
    const [after] = repairerOf(pods).repairer.repair({ spans: [{ span: given, text }], senderAddress: '10.0.0.1' })
    const added = { 'mesh.source.namespace': 'bookbuyer', 'mesh.source.pod': 'bookbuyer-1' }
    expect(after?.span).toEqual({ ...given, tags: { ...given.tags, ...added } })
    expect(JSON.parse(after?.text ?? '')).toEqual(after?.span)
  })

  describe('finds the pod that had an address when the span began', () => {
    const leaving = {
      namespace: 'shop',
      name: 'old',
      uid: 'old',
      serviceAccount: 'old',
      addresses: ['10.0.0.5'],
      hasSidecar: true,
    } as const
    const coming = { ...leaving, name: 'new', uid: 'new', serviceAccount: 'new' }
    const nameAt = ({ repairer }: ReturnType<typeof repairerOf>, ms: number) => {
      const span = { traceId: '00000000000000a1', id: '00000000000000a1', timestamp: ms * 1e3, localEndpoint: { serviceName: 'x.' } }
      return repairer.repair({ spans: [spanText(span)], senderAddress: '10.0.0.5' })[0]?.span.localEndpoint?.serviceName
    }

    it('also a moment after it left, and no longer than a minute', () => {
      const mesh = repairerOf([leaving])
      mesh.clock.advance(10_000)
      mesh.repairer.know([])
      mesh.clock.advance(60_000)
      expect(nameAt(mesh, caseMs + 12_000)).toBe('old.shop')
      mesh.clock.advance(1)
      expect(nameAt(mesh, caseMs + 12_000)).toBe('x.')
    })

    it('the one before, where another has the address by now', () => {
      const mesh = repairerOf([leaving])
      mesh.clock.advance(10_000)
      mesh.repairer.know([coming])
      expect([9_000, 10_001].map((ms) => nameAt(mesh, caseMs + ms))).toEqual(['old.shop', 'new.shop'])
    })

    it('the newest, while one that goes is still there beside it', () => {
      const mesh = repairerOf([leaving])
      mesh.clock.advance(10_000)
      mesh.repairer.know([coming, leaving])
      mesh.clock.advance(5_000)
      mesh.repairer.know([leaving, { ...coming }])
      expect([9_000, 14_000].map((ms) => nameAt(mesh, caseMs + ms))).toEqual(['old.shop', 'new.shop'])
    })

    it('the one that stays, when the newest goes again', () => {
      const mesh = repairerOf([leaving])
      for (const pods of [[leaving, coming], [leaving]]) {
        mesh.clock.advance(10_000)
        mesh.repairer.know(pods)
      }
      mesh.clock.advance(300_000)
      expect(nameAt(mesh, caseMs + 300_000)).toBe('old.shop')
    })

    it('the same one, when it only seemed to be gone', () => {
      const mesh = repairerOf([leaving])
      mesh.repairer.know([])
      mesh.clock.advance(30_000)
      mesh.repairer.know([leaving])
      mesh.clock.advance(300_000)
      expect(nameAt(mesh, caseMs + 300_000)).toBe('old.shop')
    })
  })
})
