import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EdgesAnswer, HistoryAnswer } from '../../src/model/figures.ts'
import { intervalMs, requestsPerSecond, SteadyMesh, targets } from './steady-mesh.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const warmUpMs = 45_000

let mesh: SteadyMesh
beforeEach(async () => {
  mesh = await SteadyMesh.start()
  await mesh.run(warmUpMs)
})
afterEach(() => mesh.stop())

/** What everybody sees of the edges, held to what is true at any moment. */
async function expectSteady(): Promise<void> {
  const { edges } = await mesh.json<EdgesAnswer>('/api/v1/edges?window=30s')
  expect(edges).toHaveLength(targets)
  for (const { requests } of edges) expectRate(requests?.perSecond ?? Number.NaN)
}

/** Pages come every ten seconds, so a short window can hold a good deal more or less than its share. */
const expectRate = (perSecond: number) => {
  expect(perSecond).toBeGreaterThanOrEqual(requestsPerSecond / 2)
  expect(perSecond).toBeLessThanOrEqual(requestsPerSecond * 2)
}

async function expectSteadyHistory(): Promise<void> {
  const { edges } = await mesh.json<HistoryAnswer>('/api/v1/edges/history?window=1h&step=20s')
  expect(edges).toHaveLength(targets)
  for (const { points } of edges) {
    expect(points.length).toBeGreaterThan(0)
    // The first step holds the time before the first pages.
    for (const { requests, seconds } of points.slice(1)) expectRate(requests / seconds)
  }
}

const shownRequests = async (): Promise<number[]> =>
  [...(await mesh.text('/metrics/edges')).matchAll(/^mesh_requests_total\{.*\} (\d+)$/gm)].map(([, value]) => Number(value))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

async function expectExact(): Promise<void> {
  expect(sum(await shownRequests())).toBe(mesh.truth)
}

/** Each target is asked once per interval, and never many in one moment: `since` on the monotonic clock. */
function expectNoBurst(sinceMs: number): void {
  const asks = mesh.asks.filter(({ atMs }) => atMs >= sinceMs)
  const byStep = Map.groupBy(asks, ({ atMs }) => Math.floor(atMs / 500))
  expect(Math.max(...[...byStep.values()].map((together) => together.length))).toBeLessThanOrEqual(targets / 3)
  for (const own of Map.groupBy(asks, ({ name }) => name).values())
    for (const [i, { atMs }] of own.entries()) expect(atMs - (own[i - 1]?.atMs ?? -Infinity)).toBeGreaterThanOrEqual(intervalMs / 2)
}

describe.each([
  ['forward by an hour', hourMs],
  ['back by an hour', -hourMs],
])('the machine’s clock is set %s', (_, byMs) => {
  it('changes no count, no rate, no schedule and no edge', async () => {
    const setMs = mesh.clock.monotonicMs()
    const asked = mesh.asks.length
    mesh.clock.setWall(mesh.clock.wallMs() + byMs)
    let before = await shownRequests()
    await mesh.run(minuteMs, async () => {
      await expectSteady()
      const now = await shownRequests()
      expect(now).toHaveLength(targets)
      expect(now.every((value, i) => value >= (before[i] ?? 0))).toBe(true)
      before = now
    })
    expectNoBurst(setMs)
    expect(mesh.asks.length - asked).toBe((targets * minuteMs) / intervalMs)
    await expectSteadyHistory()
    await expectExact()
    expect(mesh.log.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([])
  })

  it('together with that of the sidecars’ node, whose uptimes move: it is no restart', async () => {
    mesh.clock.setWall(mesh.clock.wallMs() + byMs)
    mesh.setNodeClock(byMs)
    await mesh.run(minuteMs, expectSteady)
    await expectExact()
    expect(await mesh.text('/metrics')).not.toMatch(/^meshtelemetry_target_restarts_total.* [1-9]/m)
  })

  it('while the collector is down: the state is as good as before', async () => {
    const shown = await shownRequests()
    await mesh.stopCollector()
    mesh.clock.setWall(mesh.clock.wallMs() + byMs)
    mesh.clock.standStill(5_000)
    mesh.pass(5_000)
    await mesh.startCollector()
    // A clock that went forward makes edges look idle for an hour, until the first pages show that they are not.
    const restored = await shownRequests()
    expect(restored).toHaveLength(byMs < 0 ? targets : 0)
    expect(restored.every((value, i) => value >= (shown[i] ?? 0))).toBe(true)
    await mesh.run(30_000)
    await expectExact()
    expect(await shownRequests()).toHaveLength(targets)
  })
})

describe('the process stands still for ten minutes while the sidecars go on', () => {
  beforeEach(() => {
    mesh.pass(10 * minuteMs)
    mesh.clock.standStill(10 * minuteMs)
  })

  it('asks everyone once, spread over an interval, and divides what happened by the time in which it did', async () => {
    const backMs = mesh.clock.monotonicMs()
    await mesh.run(2 * minuteMs, async () => {
      const { edges, coveredMs } = await mesh.json<EdgesAnswer>('/api/v1/edges?window=30s')
      // Until every page is in, what happened while nobody looked is missing; never is it too much.
      for (const { requests } of edges) expect(requests?.perSecond).toBeLessThanOrEqual(requestsPerSecond * 2)
      if (coveredMs < minuteMs) await expectSteady()
    })
    expectNoBurst(backMs)
    await expectSteady()
    await expectSteadyHistory()
    await expectExact()
  })

  it('says so in the log', async () => {
    await mesh.run(1_000)
    const told = mesh.log
      .map((line) => JSON.parse(line) as { event: string; seconds?: number })
      .filter(({ event }) => event === 'stood_still')
    expect(told).toMatchObject([{ seconds: 600 }])
  })
})
