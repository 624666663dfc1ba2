import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EdgeFigures } from '../../src/model/figures.ts'
import type { EdgesQuestion } from '../../src/snapshot/reading.ts'
import { Mesh } from '../support/mesh.ts'
import { type Counted, meshes, nothing, pageOf, plus, podOf, step } from './counted-mesh.ts'

const questions = fc.record<EdgesQuestion>({
  windowMs: fc.constantFrom(5_000, 60_000, 600_000),
  by: fc.constantFrom('edge', 'pair', 'source'),
  internals: fc.boolean(),
})
const sumOf = (edges: readonly EdgeFigures[], of: (edge: EdgeFigures) => number | undefined) =>
  edges.reduce((sum, edge) => sum + (of(edge) ?? 0), 0)
const sumsOf = (edges: readonly EdgeFigures[]) =>
  [
    sumOf(edges, ({ requests }) => requests?.total),
    sumOf(edges, ({ requests }) => requests?.inWindow),
    sumOf(edges, ({ requests }) => requests?.byCode['503']),
    sumOf(edges, ({ latencySeconds }) => latencySeconds?.count),
    sumOf(edges, ({ connections }) => connections?.opened),
    sumOf(edges, ({ connections }) => connections?.active ?? undefined),
    sumOf(edges, ({ bytes }) => bytes?.sentTotal),
  ] as const
const pairOf = ({ labels }: EdgeFigures) =>
  JSON.stringify(
    ['source_namespace', 'source_service', 'destination_namespace', 'destination_service', 'destination_port'].map((name) => labels[name]),
  )

describe('edges that are summed', () => {
  it('hold together what their edges hold', () => {
    fc.assert(
      fc.property(meshes, fc.constantFrom('pair', 'source'), fc.boolean(), ({ snapshot }, by, internals) => {
        const edges = snapshot.edges({ windowMs: 60_000, internals }).edges.filter(({ kind }) => kind === 'outbound')
        expect(sumsOf(snapshot.edges({ windowMs: 60_000, internals, by }).edges)).toEqual(sumsOf(edges))
      }),
    )
  })

  it('are the edge itself where there is one', () => {
    fc.assert(
      fc.property(meshes, ({ snapshot }) => {
        const outbound = snapshot.edges({ windowMs: 60_000, trend: true }).edges.filter(({ kind }) => kind === 'outbound')
        const pairs = new Map(snapshot.edges({ windowMs: 60_000, trend: true, by: 'pair' }).edges.map((pair) => [pairOf(pair), pair]))
        const byPair = Map.groupBy(outbound, pairOf)
        expect([...pairs.keys()].sort()).toEqual([...byPair.keys()].sort())
        for (const [key, edges] of byPair) if (edges.length === 1) expect(pairs.get(key)).toEqual(edges[0])
      }),
    )
  })

  it('say what one edge would say of all of it, quantiles and history included', () => {
    const asked = { windowMs: 600_000, by: 'pair', trend: true } as const
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const [apart, together] = [new Mesh(), new Mesh()]
        for (const [mesh, versionOf] of [
          [apart, (v: string) => v],
          [together, () => 'v1'],
        ] as const) {
          const pods = new Map([
            ['v1', nothing],
            ['v2', nothing],
          ])
          const read = () => {
            for (const [version, counted] of pods)
              mesh.scrape(version, pageOf(new Map([['shop/till|80', counted]])), podOf('bookbuyer', versionOf(version)))
            mesh.commit()
          }
          read()
          for (const { version, happened: more, ms } of steps) {
            pods.set(version, plus(pods.get(version) ?? nothing, more))
            mesh.advance(ms)
            read()
          }
        }
        const figures = ({ snapshot }: Mesh) =>
          snapshot.edges(asked).edges.map(({ latencySeconds, ...rest }) => {
            const { mean = 0, ...exact } = latencySeconds ?? {}
            return { ...rest, labels: {}, latency: { ...exact, meanMs: Math.round(mean * 1e6) / 1e3 } } // sums of fractions depend on their order
          })
        const points = ({ snapshot }: Mesh) => snapshot.history({ ...asked, stepMs: 10_000 }).edges.map((edge) => edge.points)
        expect([figures(apart), points(apart)]).toEqual([figures(together), points(together)])
        expect([apart, together].map(({ snapshot }) => snapshot.edges({ windowMs: 1_000 }).edges.length)).toEqual([2, 1])
      }),
    )
  })

  it('take only the bounds of latency that all of them have', () => {
    const read = (mesh: Mesh, times: Counted['times']) => {
      const page = (bounds: readonly string[]) => pageOf(new Map([['shop/till|80', { ...nothing, times }]]), bounds)
      mesh
        .scrape('a', page(['10', '100', '+Inf']), podOf('bookbuyer', 'v1'))
        .scrape('b', page(['10', '+Inf']), podOf('bookbuyer', 'v2'))
        .commit()
    }
    const mesh = new Mesh()
    read(mesh, [0, 0, 0])
    read(mesh.advance(10_000), [2, 4, 4])
    const [pair] = mesh.snapshot.edges({ windowMs: 60_000, by: 'pair' }).edges
    expect(pair?.latencySeconds).toMatchObject({ count: 8, p50: 0.01, p99: 0.01 })
  })

  it('keep the labels that all of them share', () => {
    const mesh = new Mesh()
    const page = pageOf(
      new Map([
        ['shop/till|80', nothing],
        ['bank/till|80', nothing],
      ]),
    )
    mesh.scrape('a', page, podOf('bookbuyer', 'v1')).scrape('b', page, podOf('bookbuyer', 'v2')).commit()
    const shared = {
      direction: 'outbound',
      source_namespace: 'bookbuyer',
      source_service: 'bookbuyer',
      source_workload_kind: 'Deployment',
      destination_service: 'till',
      destination_port: '80',
      destination_kind: 'service',
    }
    expect(mesh.snapshot.edges({ windowMs: 1_000, by: 'source' }).edges.map(({ kind, labels }) => [kind, labels])).toEqual([
      ['outbound', shared],
    ])
    expect(mesh.snapshot.edges({ windowMs: 1_000, by: 'pair' }).edges.map(({ labels }) => labels)).toEqual([
      { ...shared, destination_namespace: 'bank' },
      { ...shared, destination_namespace: 'shop' },
    ])
  })

  it('follow what comes and goes', () => {
    const mesh = new Mesh().scrape('a', pageOf(new Map([['shop/till|80', { ...nothing, ok: 3 }]])), podOf('bookbuyer', 'v1')).commit()
    const seen = () => mesh.snapshot.edges({ windowMs: 1_000, by: 'source' }).edges.map(({ live, requests }) => [live, requests?.total])
    expect(seen()).toEqual([[true, 3]])
    mesh.scrape('b', pageOf(new Map([['bank/till|80', { ...nothing, ok: 4 }]])), podOf('bookbuyer', 'v2')).commit()
    expect(seen()).toEqual([[true, 7]])
    mesh.gone('a').commit()
    expect(seen()).toEqual([[true, 7]])
    mesh.gone('b').commit()
    expect(seen()).toEqual([[false, 7]])
    mesh.advance(3_600_000).commit()
    expect(seen()).toEqual([])
  })
})

describe('a window that ends earlier', () => {
  it('is the one of now where it ends now', () => {
    fc.assert(
      fc.property(meshes, questions, fc.nat(3_600_000), (mesh, question, laterMs) => {
        const { atMs } = mesh.snapshot.edges(question)
        const until = { ...question, untilMs: atMs + laterMs }
        expect(mesh.snapshot.edges({ ...until, trend: true })).toEqual(mesh.snapshot.edges({ ...question, trend: true }))
        const [step, history] = [{ stepMs: 10_000 }, mesh.snapshot]
        expect(history.history({ ...until, ...step })).toEqual(history.history({ ...question, ...step }))
      }),
    )
  })

  it('says what was said then, as of the kept moment that is nearest', () => {
    const mesh = new Mesh()
    const said: unknown[] = []
    const beganMs = mesh.clock.wallMs()
    for (let i = 0; i < 30; i++) {
      mesh.scrape('a', pageOf(new Map([['shop/till|80', { ...nothing, ok: i * i }]])), podOf('bookbuyer', 'v1')).commit()
      said.push(mesh.snapshot.edges({ windowMs: 60_000 }))
      mesh.advance(10_000)
    }
    mesh.commit()
    const at = (untilMs: number) => mesh.snapshot.edges({ windowMs: 60_000, untilMs })
    for (const i of [0, 1, 7, 20]) {
      expect(at(beganMs + i * 10_000)).toEqual(said[i])
      expect(at(beganMs + i * 10_000 + 4_000)).toEqual(said[i])
    }
    expect(at(beganMs - 3_600_000)).toMatchObject({ atMs: beganMs, coveredMs: 0 })
    const points = mesh.snapshot.history({ windowMs: 60_000, stepMs: 10_000, untilMs: beganMs + 100_000 }).edges[0]?.points
    expect(points?.map(({ atMs, requests }) => [atMs - beganMs, requests])).toEqual(
      [5, 6, 7, 8, 9, 10].map((i) => [i * 10_000, i * i - (i - 1) ** 2]),
    )
  })
})

describe('a trend', () => {
  it('has at most 60 steps, which make the window', () => {
    fc.assert(
      fc.property(meshes, questions, fc.option(fc.nat(400_000)), ({ snapshot }, question, agoMs) => {
        const until = agoMs === null ? {} : { untilMs: snapshot.edges(question).atMs - agoMs }
        const { edges, steps = [], coveredMs } = snapshot.edges({ ...question, ...until, trend: true })
        expect(steps.length).toBeLessThanOrEqual(60)
        expect(steps.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(coveredMs / 1e3)
        const sum = (list: readonly number[] = []) => list.reduce((all, one) => all + one, 0)
        for (const { trend, requests, connections } of edges) {
          expect([trend?.requests.length, trend?.errors.length, trend?.opened.length]).toEqual([steps.length, steps.length, steps.length])
          const { inWindow = 0, byCode = {} } = requests ?? {}
          const inSteps = [sum(trend?.requests), sum(trend?.errors), sum(trend?.opened)]
          expect(inSteps).toEqual([inWindow, byCode['503'] ?? 0, connections?.opened ?? 0])
        }
      }),
    )
  })

  it('cuts an hour into steps of one minute', () => {
    const mesh = new Mesh()
    for (let i = 0; i <= 720; i++)
      mesh
        .scrape('a', pageOf(new Map([['shop/till|80', { ...nothing, ok: i }]])), podOf('bookbuyer', 'v1'))
        .commit()
        .advance(i < 720 ? 5_000 : 0)
    const { steps = [], edges } = mesh.snapshot.edges({ windowMs: 3_600_000, trend: true })
    expect(steps.map(({ seconds }) => seconds)).toEqual(Array.from({ length: 60 }, () => 60))
    expect(edges[0]?.trend?.requests).toEqual(Array.from({ length: 60 }, () => 12))
  })
})
