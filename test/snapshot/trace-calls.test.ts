import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import { Traces } from '../../src/snapshot/traces.ts'
import { FakeClock } from '../support/fake-clock.ts'

const id = (number: number) => number.toString(16).padStart(16, '0')
const failed = { 'http.status_code': '503' }

/** A span of the only trace: who tells it, and which call it is of. */
const span = (kind: Span['kind'], service: string, call: number, rest: Partial<Span> = {}): Span => ({
  traceId: id(1),
  id: id(call),
  timestamp: 1_767_225_600_000_000 + call * 10 + (kind === 'SERVER' ? 1 : 0),
  ...(kind && { kind }),
  localEndpoint: { serviceName: service },
  ...rest,
})

function traced(...spans: readonly Span[]) {
  const traces = new Traces(new FakeClock())
  traces.add(spans.map((one) => ({ span: one, text: JSON.stringify(one) })))
  const calls = () => traces.traces({ limit: 1 }).traces[0]?.calls.map((call) => Object.values(call).join(' '))
  const isFound = (filter: { source?: string; destination?: string; service?: string }) =>
    traces.traces({ limit: 1, ...filter }).traces.length === 1
  return { calls, isFound }
}

describe('the calls of a trace', () => {
  it('are told by both sides, and counted once', () => {
    const { calls } = traced(
      span('CLIENT', 'till.shop', 1),
      span('SERVER', 'desk.bank', 1),
      span('CLIENT', 'desk.bank', 2, { parentId: id(1), tags: failed }),
      span('SERVER', 'vault.bank', 2, { parentId: id(1) }),
      span('CLIENT', 'desk.bank', 3, { parentId: id(1) }),
      span('SERVER', 'vault.bank', 3, { parentId: id(1), tags: failed }),
      span('CLIENT', 'desk.bank', 4, { parentId: id(1) }),
      span('SERVER', 'vault.bank', 4, { parentId: id(1) }),
    )
    expect(calls()).toEqual(['till.shop desk.bank 1 0', 'desk.bank vault.bank 3 2'])
  })

  it('have ids of their own on each side where a tracer gives them', () => {
    const { calls } = traced(span('CLIENT', 'till.shop', 1), span('SERVER', 'desk.bank', 2, { parentId: id(1) }))
    expect(calls()).toEqual(['till.shop desk.bank 1 0'])
  })

  it('are not taken for calls of whoever stands above the caller, while the caller has told nothing yet', () => {
    const { calls } = traced(
      span('CLIENT', 'till.shop', 1, { tags: { upstream_cluster: 'bank/desk|80' } }),
      span('SERVER', 'vault.bank', 2, { parentId: id(1), shared: true }),
    )
    expect(calls()).toEqual(['till.shop desk.bank 1 0', 'desk.bank vault.bank 1 0'])
  })

  it('are as many as pods were tried', () => {
    const at = (ipv4: string) => ({ localEndpoint: { serviceName: 'desk.bank', ipv4 } })
    const { calls } = traced(
      span('CLIENT', 'till.shop', 1),
      span('SERVER', '', 1, { ...at('10.0.0.1'), tags: failed }),
      span('SERVER', '', 1, at('10.0.0.2')),
    )
    expect(calls()).toEqual(['till.shop desk.bank 2 1'])
  })

  it.each<[string, readonly Span[], readonly string[]]>([
    [
      'the cluster',
      [span('CLIENT', 'till.shop', 1, { tags: { upstream_cluster: 'bank/desk|80', ...failed } })],
      ['till.shop desk.bank 1 1'],
    ],
    [
      'the host',
      [span('CLIENT', 'till.shop', 1, { tags: { upstream_cluster: 'pay.example.com:443' } })],
      ['till.shop pay.example.com 1 0'],
    ],
    ["the mesh's own cluster", [span('CLIENT', 'till.shop', 1, { tags: { upstream_cluster: 'passthrough-outbound' } })], []],
    ['the peer', [span('CLIENT', 'till.shop', 1, { remoteEndpoint: { serviceName: 'desk.bank' } })], ['till.shop desk.bank 1 0']],
    ['nobody', [span('CLIENT', 'till.shop', 1)], []],
    [
      'what repair has noted of the caller',
      [span('SERVER', 'desk.bank', 1, { tags: { 'mesh.source.namespace': 'shop', 'mesh.source.workload': 'till-v1' } })],
      ['till-v1.shop desk.bank 1 0'],
    ],
    [
      'what the caller calls itself',
      [span('SERVER', 'desk.bank', 1, { tags: { downstream_cluster: 'till.shop' } })],
      ['till.shop desk.bank 1 0'],
    ],
    ['no caller', [span('SERVER', 'desk.bank', 1, { tags: { downstream_cluster: '-' } })], []],
    [
      'what the caller did before',
      [span('SERVER', 'till.shop', 1), span('SERVER', 'desk.bank', 2, { parentId: id(1) })],
      ['till.shop desk.bank 1 0'],
    ],
    ['neither side', [span(undefined, 'till.shop', 1)], []],
  ])('of which one side came are known by %s', (_, spans, expected) => {
    expect(traced(...spans).calls()).toEqual(expected)
  })

  it('are found by who called whom, however that is spelled', () => {
    const { isFound } = traced(
      span('CLIENT', 'till.shop', 1, {
        tags: { upstream_cluster: 'bank/counter|80', 'mesh.source.namespace': 'shop', 'mesh.source.workload': 'till-v1' },
      }),
      span('SERVER', 'desk.bank', 1),
      span('CLIENT', 'desk.bank', 2, { parentId: id(1) }),
      span('SERVER', 'vault.bank', 2, { parentId: id(1) }),
    )
    for (const source of ['till', 'till.shop', 'shop/till', 'shop/till-v1', 'till-v1'])
      for (const destination of ['desk', 'desk.bank', 'bank/desk', 'bank/counter', 'counter.bank'])
        expect([source, destination, isFound({ source, destination })]).toEqual([source, destination, true])
    expect(isFound({ source: 'bank/desk' })).toBe(true)
    expect(isFound({ destination: 'bank/vault' })).toBe(true)
    expect(isFound({ source: 'shop/till', destination: 'bank/vault' })).toBe(false) // by way of another
    expect(isFound({ source: 'bank/vault' })).toBe(false)
    expect(isFound({ destination: 'shop/till' })).toBe(false)
    expect(isFound({ source: 'bank/till' })).toBe(false)
    expect(isFound({ service: 'bank/vault' })).toBe(true)
  })

  it('are worked out anew when more spans come', () => {
    const traces = new Traces(new FakeClock())
    const add = (one: Span) => traces.add([{ span: one, text: JSON.stringify(one) }])
    const calls = () => traces.trace(id(1))?.calls.length
    add(span('CLIENT', 'till.shop', 1))
    expect(calls()).toBe(0)
    add(span('SERVER', 'desk.bank', 1))
    expect(calls()).toBe(1)
  })
})
