import { describe, expect, it } from 'vitest'
import type { EdgeFigures, EdgesAnswer } from '../../../../src/model/figures.ts'
import { flowsOf, isIdle, shownOf } from '../../../../src/http/ui/connections/flow.ts'

interface Told {
  readonly active?: number | null
  readonly opened?: number
  readonly failed?: number
  readonly requests?: number
  readonly live?: boolean
  readonly opening?: number[]
}

function edge(service: string, { active = 1, opened = 0, failed = 0, requests, live = true, opening }: Told = {}): EdgeFigures {
  return {
    kind: 'outbound',
    labels: { source_namespace: 'shop', source_service: service },
    live,
    requests: requests === undefined ? null : ({ inWindow: requests } as EdgeFigures['requests']),
    latencySeconds: null,
    connections: {
      active,
      opened,
      failed,
      openedTotal: opened,
      byReason: { connect_fail: failed, connect_timeout: 0, destroyed_remote: 1 },
    },
    bytes: { sentPerSecond: 10, receivedPerSecond: 20, sentTotal: 100, receivedTotal: 200 },
    ...(opening && { trend: { requests: [], errors: [], opened: opening } }),
  }
}

const answer = (edges: EdgeFigures[]): EdgesAnswer => ({
  atMs: 20e3,
  windowMs: 20e3,
  coveredMs: 20e3,
  steps: [
    { atMs: 10e3, seconds: 10 },
    { atMs: 20e3, seconds: 10 },
  ],
  edges,
})
const flows = (...edges: EdgeFigures[]) => flowsOf(answer(edges), { by: 'source', scrapeMs: 10e3 })
const only = (told: Told) => flows(edge('cart', told))[0]

describe('a flow', () => {
  it('is what an edge tells of its connections', () => {
    expect(only({ active: 3, opened: 40, failed: 1, requests: 7, opening: [10, 30] })).toEqual({
      name: 'shop/cart',
      key: expect.any(String),
      active: 3,
      opened: 40,
      failed: 1,
      failedShare: 0.025,
      reasons: [
        ['connect_fail', 1],
        ['destroyed_remote', 1],
      ],
      sentPerSecond: 10,
      receivedPerSecond: 20,
      requests: 7,
      trend: [1, 3],
      hint: undefined,
    })
  })

  it('is told apart from another of the same name: a service and a workload, destinations of two kinds', () => {
    const workload = { ...edge('cart'), labels: { source_namespace: 'shop', source_workload: 'cart' } }
    const [first, second] = flows(edge('cart'), workload)
    expect(first?.name).toBe(second?.name)
    expect(first?.key).not.toBe(second?.key)
    const kinds = ['mesh', 'egress'].map((kind) => ({ ...edge('cart'), labels: { destination_service: 'till', destination_kind: kind } }))
    const [inside, outside] = flowsOf(answer(kinds), { by: 'pair', scrapeMs: 10e3 })
    expect(inside?.name).toBe(outside?.name)
    expect(inside?.key).not.toBe(outside?.key)
  })

  it('is none without connections, as between workloads', () => {
    expect(flows({ ...edge('cart'), connections: null })).toEqual([])
  })

  it('has no share of failed attempts without any, and never more than all', () => {
    expect(only({})?.failedShare).toBeNull()
    expect(only({ failed: 2, opened: 1 })?.failedShare).toBe(1)
  })
})

describe('a hint', () => {
  it.each([
    ['failing', { opened: 100, failed: 5 }],
    [undefined, { opened: 100, failed: 4 }],
    ['none-open', { active: 0, requests: 10 }],
    [undefined, { active: 0, requests: 0 }],
    [undefined, { active: 0 }],
    ['untold', { active: null, requests: 10 }],
    ['untold', { live: false }],
    ['failing', { active: null, opened: 1, failed: 1 }],
  ])('is %s for %j', (hint, told) => {
    expect(only(told)?.hint).toBe(hint)
  })
})

describe('the flows that are shown', () => {
  it('begin with those that fail and end with the idle ones', () => {
    const all = flows(
      edge('idle', { active: 0 }),
      edge('few', { opened: 1 }),
      edge('many', { opened: 9 }),
      edge('bad', { opened: 1, failed: 1 }),
    )
    expect(shownOf(all, undefined).map(({ name }) => name)).toEqual(['shop/bad', 'shop/many', 'shop/few', 'shop/idle'])
    expect(all.filter(isIdle).map(({ name }) => name)).toEqual(['shop/idle'])
  })

  it('are those that somebody looks for', () => {
    expect(shownOf(flows(edge('cart'), edge('till')), 'ART').map(({ name }) => name)).toEqual(['shop/cart'])
  })
})
