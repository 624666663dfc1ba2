import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSpans } from '../../../src/forward/spans/lines.ts'
import { unshared } from '../../../src/forward/spans/unshare.ts'
import { type Span, sidecarCaller } from '../../../src/model/span.ts'
import { envoySpans, spanChunk } from '../../support/spans.ts'

const proxy = { component: 'proxy' }
const meshCluster = { upstream_cluster: 'bookstore/bookstore-v1|14001' }

/** A call, and what it leads to: by the sidecars of both sides, out of the mesh, or into it from outside, where nobody speaks for the caller. */
interface Call {
  readonly way: 'mesh' | 'egress' | 'nowhere'
  readonly calls: readonly Call[]
}
const callOf = (depth: number): fc.Arbitrary<Call> =>
  fc.record({
    way: fc.constantFrom('mesh', 'mesh', 'mesh', 'egress', 'nowhere'),
    calls: depth === 0 ? fc.constant([]) : fc.array(callOf(depth - 1), { maxLength: 3 }),
  })

interface Expected {
  readonly span: Span
  /** Index of the span that is to be its parent; absent for a root. */
  readonly parent?: number
}

/** Spans as Envoy reports them: both sides of a call with one id, named as parent by whatever the callee does. */
function reported(root: Call, { traceId, fromOutside }: { readonly traceId: string; readonly fromOutside: boolean }): Expected[] {
  const all: Expected[] = []
  const add = (span: Omit<Span, 'traceId'>, parent: number | undefined) =>
    all.push({ span: { traceId, ...span }, ...(parent !== undefined && { parent }) }) - 1
  const idOf = (parentId: string | undefined) =>
    parentId === undefined ? traceId.slice(-16) : createHash('sha256').update(`${traceId} ${all.length}`).digest('hex').slice(0, 16)
  const made = ({ way, calls }: Call, parentId: string | undefined, parent: number | undefined): void => {
    const ids = { id: idOf(parentId), ...(parentId !== undefined && { parentId }) }
    const tags = { ...proxy, ...(way === 'mesh' && meshCluster), ...(way === 'egress' && { upstream_cluster: 'example.com:443' }) }
    const caller = add({ ...ids, kind: 'CLIENT', tags }, parent)
    if (way === 'mesh') answered({ ids, calls, caller })
  }
  const answered = ({
    ids,
    calls,
    caller,
  }: {
    readonly ids: { id: string; parentId?: string }
    calls: readonly Call[]
    caller?: number
  }) => {
    const mark = caller !== undefined && ids.parentId === undefined ? { [sidecarCaller.tag]: sidecarCaller.value } : {}
    const callee = add({ ...ids, kind: 'SERVER', shared: true, tags: { ...proxy, ...mark } }, caller)
    for (const next of calls) made(next, ids.id, callee)
  }
  if (fromOutside) answered({ ids: { id: idOf(undefined) }, calls: root.calls })
  else made(root, undefined, undefined)
  return all
}

const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits - 1}}[1-9a-f]$`))
const trace = fc.record({ root: callOf(4), traceId: fc.oneof(hex(16), hex(32)), fromOutside: fc.boolean() })

describe('without shared ids', () => {
  it('every span of a trace has an id of its own, and its parent is who called', () => {
    const property = fc.property(trace, ({ root, ...setting }) => {
      const expected = reported(root, setting)
      const spans = expected.map(({ span }) => unshared(span))
      expect(new Set(spans.map(({ id }) => id)).size).toBe(spans.length)
      expect(spans.map(({ parentId }) => parentId)).toEqual(
        expected.map(({ parent }) => (parent === undefined ? undefined : spans[parent]?.id)),
      )
      expect(spans.filter(({ id }) => !/^[0-9a-f]{16}$/.test(id) || id === '0'.repeat(16))).toEqual([])
    })
    fc.assert(property)
  })

  it('spans hang together the same in whatever order and pieces they come', () => {
    const shuffled = trace.chain(({ root, ...setting }) => {
      const lines = reported(root, setting).map(({ span }) => JSON.stringify(span))
      return fc.record({
        lines: fc.constant(lines),
        order: fc.shuffledSubarray(lines, { minLength: lines.length }),
        size: fc.integer({ min: 1, max: lines.length }),
      })
    })
    const idsOf = (lines: readonly string[]) =>
      readSpans(spanChunk(lines)).spans.map((span) => `${span.spanContext().spanId} under ${span.parentSpanContext?.spanId}`)
    const property = fc.property(shuffled, ({ lines, order, size }) => {
      const pieces = Array.from({ length: Math.ceil(order.length / size) }, (_, at) => order.slice(at * size, (at + 1) * size))
      expect(pieces.flatMap(idsOf).toSorted()).toEqual(idsOf(lines).toSorted())
    })
    fc.assert(property)
  })

  it('who pads a trace id gets the same', () => {
    const span: Span = { traceId: '3bd062147b22a7c1', id: '3bd062147b22a7c1', kind: 'CLIENT', tags: { ...proxy, ...meshCluster } }
    expect(unshared({ ...span, traceId: span.traceId.padStart(32, '0') }).id).toBe(unshared(span).id)
  })

  it('nothing but ids changes', () => {
    for (const span of envoySpans()) {
      const { id, parentId } = span
      expect({ ...unshared(span), id, parentId }).toEqual({ parentId: undefined, ...span })
    }
  })
})

describe('spans of a real Envoy', () => {
  it('over two hops hang together', () => {
    const hop = envoySpans()
      .filter(({ traceId }) => traceId === 'ae0c8e563564cf20')
      .map((span) => unshared(span.parentId ? span : { ...span, tags: { ...span.tags, [sidecarCaller.tag]: sidecarCaller.value } }))
    const by = (service: string, kind: string) => hop.find((span) => span.localEndpoint?.serviceName === service && span.kind === kind)
    const chain = [
      by('bookbuyer.bookbuyer', 'CLIENT'),
      by('bookstore-v2.bookstore', 'SERVER'),
      by('bookstore-v2.bookstore', 'CLIENT'),
      by('bookwarehouse.bookwarehouse', 'SERVER'),
    ]
    expect(hop).toHaveLength(4)
    expect(chain.map((span) => span?.parentId)).toEqual([undefined, ...chain.slice(0, 3).map((span) => span?.id)])
    expect(chain[1]?.id).toBe('ae0c8e563564cf20')
  })
})

describe('what keeps its id', () => {
  const ids = { traceId: 'a'.repeat(16), id: 'b'.repeat(16), parentId: 'c'.repeat(16) }

  it.each<[string, Partial<Span>]>([
    ['a call out of the mesh', { kind: 'CLIENT', tags: { ...proxy, upstream_cluster: 'example.com:443' } }],
    ['a call that found no route', { kind: 'CLIENT', tags: proxy }],
    ["an application's own call", { kind: 'CLIENT', tags: meshCluster }],
    ['a call that came in with an id for itself', { kind: 'SERVER', tags: proxy }],
    ['what has no sides', { tags: proxy, shared: true }],
  ])('%s', (_what, more) => {
    expect(unshared({ ...ids, ...more })).toEqual({ ...ids, ...more })
  })

  it('an entrance to the mesh stays a root', () => {
    const span: Span = { traceId: ids.traceId, id: ids.traceId, kind: 'SERVER', shared: true, tags: proxy }
    expect(unshared(span)).toEqual(span)
  })
})

it('an application that takes over the id of its sidecar becomes its child', () => {
  const ids = { traceId: 'a'.repeat(16), id: 'b'.repeat(16), parentId: 'c'.repeat(16), kind: 'SERVER', shared: true } as const
  const [sidecar, application] = [unshared({ ...ids, tags: proxy }), unshared(ids)]
  expect(sidecar.id).toBe(ids.id)
  expect(application.parentId).toBe(sidecar.id)
  expect(new Set([sidecar.id, application.id, sidecar.parentId]).size).toBe(3)
})
