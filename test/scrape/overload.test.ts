import { describe, expect, it } from 'vitest'
import { target } from './support/desk.ts'
import { good, live, room, serve } from './support/room.ts'
import { page } from './support/wire.ts'

const interval = { interval: '1s', timeout: '900ms', filter: 'off' }
const ids = Array.from({ length: 12 }, (_, i) => `pod-${i * 7919}:15010`)

/** Twelve targets that answer when they are let. */
async function mesh() {
  let silent = false
  const { url } = await serve((asked) => (silent ? undefined : good(asked)))
  const { clock, desk, pass } = room(interval)
  desk.scraper.sync(ids.map((id) => target(id, url)))
  const intervals = async (count: number) => {
    const until = clock.monotonicMs() + count * 1_000
    for (let told = desk.healths.length; clock.monotonicMs() < until; told = desk.healths.length) {
      clock.advance(50)
      await pass(ids[0] ?? '', desk.told(ids[0] ?? ''))
      if (desk.healths.length > told + ids.length * 40) throw new Error('too many reads')
    }
  }
  const reads = () => ids.map((id) => desk.told(id))
  return { clock, desk, intervals, reads, silence: (is: boolean) => (silent = is) }
}

describe('more to read than there is time', () => {
  it('is read in every n-th interval only, all targets the same, and said', async () => {
    const { desk, intervals, reads, silence } = await mesh()
    await intervals(3)
    silence(true)
    desk.busy = 1
    await intervals(3)
    silence(false)
    desk.busy = 0.6
    expect(desk.paces).toEqual([
      {
        intervalMs: 1_000,
        everyNth: 2,
        problem: {
          code: 'overloaded',
          message: 'Targets are read every 2s instead of every 1s: there is more to read than there is time.',
          remedy: expect.stringMatching(/scrape\.interval.*scrape\.filter.*scrape\.requestStats/),
        },
      },
    ])
    expect(desk.events).toContain('scrape_stretched')
    expect(await desk.metric('meshtelemetry_scrape_stretch')).toBe(2)
    await intervals(2)
    const before = reads()
    await intervals(12)
    const counts = reads().map((count, i) => count - (before[i] ?? 0))
    expect(counts).toEqual(ids.map(() => 6))
  })

  it('is over when there is time again', async () => {
    const { desk, intervals, reads, silence } = await mesh()
    silence(true)
    desk.busy = 1
    await intervals(4)
    silence(false)
    desk.busy = 0.1
    await intervals(7)
    expect(desk.paces.at(-1)).toEqual({ intervalMs: 1_000, everyNth: 1 })
    expect(desk.events).toContain('scrape_relaxed')
    const before = reads()
    await intervals(4)
    expect(reads().map((count, i) => count - (before[i] ?? 0))).toEqual(ids.map(() => 4))
  })

  it('is not what targets are that do not answer', async () => {
    const { desk, intervals, silence } = await mesh()
    silence(true)
    desk.busy = 0.5
    await intervals(6)
    expect(desk.paces).toEqual([])
    expect(await desk.metric('meshtelemetry_scrape_stretch')).toBe(1)
  })
})

describe('a target whose pages take long to take in', () => {
  it('gets a tenth of the time: its turns are left out and counted, and it is said why', async () => {
    const { url } = await serve(({ socket }) => socket.write(page(live)))
    const { clock, desk, pass } = room(interval)
    let heldMs = 500
    desk.judge = () => (clock.advance(heldMs), { series: 1 })
    desk.scraper.sync([target('heavy', url)])
    await pass('heavy', 1)
    const firstMs = clock.monotonicMs() - heldMs
    expect(desk.health('heavy')).toMatchObject({
      state: 'up',
      notice: {
        code: 'costly_page',
        message: 'Taking its page in held up everyone else for 500ms, so that it is left alone for 5s.',
        remedy: expect.stringContaining(`mesh-telemetry scrape ${url.href}`),
      },
    })
    heldMs = 8
    await pass('heavy', 2)
    const pauseMs = clock.monotonicMs() - heldMs - firstMs
    expect(pauseMs).toBeGreaterThanOrEqual(5_000)
    expect(pauseMs).toBeLessThan(6_100)
    expect(await desk.metric('meshtelemetry_scrapes_skipped_total')).toBeGreaterThanOrEqual(4)
    expect(desk.health('heavy')).not.toHaveProperty('notice')
    await pass('heavy', 3)
    expect(clock.monotonicMs() - firstMs - pauseMs, 'learning a usual page costs no turn').toBeLessThan(1_200)
  })
})
