import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/runtime/problem.ts'
import { scrapeProblems } from '../../src/scrape/problems.ts'
import { target } from './support/desk.ts'
import { good, live, room, serve } from './support/room.ts'
import { chunked, page, until } from './support/wire.ts'

describe('a target', () => {
  it('is read within a second of being found, and its real page is delivered as it is', async () => {
    const real = readFileSync('test/fixtures/v1.40.0-plain/bookbuyer-osm-filter.prom', 'latin1')
    const { wire, url } = await serve(({ socket }) => socket.write(chunked(real, 16_384), 'latin1'))
    const { desk, pass, clock } = room()
    desk.judge = () => ({ series: 42 })
    const one = target('pod-1:15010', url)
    desk.scraper.sync([one])
    await pass(one.id, 1)
    expect(desk.pages).toEqual([
      {
        id: one.id,
        target: one,
        wanted: expect.objectContaining({ version: 'osm-1' }),
        timestampMs: expect.any(Number),
        asked: 'osm-1 filtered',
        body: real,
      },
    ])
    expect(desk.health(one.id)).toMatchObject({
      state: 'up',
      failures: 0,
      bytes: real.length,
      series: 42,
      asked: 'filtered',
      lastPageMs: clock.wallMs(),
    })
    expect(wire.requests[0]).toContain('User-Agent: mesh-telemetry/1.2.3')
  })

  it('is read once per interval over one connection, and labels rise also when the clock is set back', async () => {
    const { wire, url } = await serve(good)
    const { clock, desk, pass } = room({ filter: 'off' })
    desk.scraper.sync([target('a', url)])
    await pass('a', 1)
    await pass('a', 4)
    clock.setWall(0)
    await pass('a', 5)
    const labels = desk.pages.map(({ timestampMs }) => timestampMs)
    expect(
      labels
        .slice(1)
        .map((label, i) => label - (labels[i] ?? 0))
        .slice(1),
    ).toEqual([10_000, 10_000, 1])
    expect(wire.connections).toBe(1)
    expect(desk.pages.every(({ asked }) => asked === 'osm-1 whole')).toBe(true)
  })

  it('keeps its connection and schedule when it is named again, and ends when it is not', async () => {
    const { wire, url } = await serve(good)
    const { clock, desk, pass } = room({ interval: '1s', timeout: '1s' })
    for (let turn = 1; turn <= 5; turn++) {
      desk.scraper.sync([target('a', url, { labels: { turn: String(turn) } })])
      await pass('a', turn)
    }
    expect(wire.connections).toBe(1)
    expect(desk.pages.at(-1)?.target.labels).toEqual({ turn: '5' })
    const told = desk.told('a')
    desk.scraper.sync([])
    await until(() => wire.open === 0, 'the connection is closed')
    clock.advance(10_000)
    expect(desk.told('a')).toBe(told)
  })

  it('gets a new connection when its address changes', async () => {
    const [first, second] = [await serve(good), await serve(good)]
    const { desk, pass } = room({ interval: '1s', timeout: '1s' })
    desk.scraper.sync([target('a', first.url)])
    await pass('a', 1)
    desk.scraper.sync([target('a', second.url)])
    await pass('a', 2)
    expect([first.wire.requests.length, second.wire.requests.length]).toEqual([1, 1])
    await until(() => first.wire.open === 0)
  })

  it('is asked whole and for other names when it is a control plane', async () => {
    const { wire, url } = await serve(({ socket }) => socket.write(page('osm_x 1\n')))
    const { desk, pass } = room()
    desk.scraper.sync([target('c', url, { kind: 'control-plane' })])
    await pass('c', 1)
    expect(desk.pages[0]).toMatchObject({ asked: 'osm-control-plane-1 whole', body: 'osm_x 1\n' })
    expect(wire.paths).toEqual(['/stats/prometheus'])
  })

  it.each(['osm-edge', 'fsm'] as const)('is never sent a query when it is of %s', async (dialect) => {
    const { wire, url } = await serve(good)
    const { desk, pass } = room()
    desk.scraper.sync([target('p', url, { dialect })])
    await pass('p', 1)
    expect(wire.paths).toEqual(['/stats/prometheus'])
  })
})

describe('a target that fails', () => {
  it('is failing, then stale, then up again, with the facts of its last page kept', async () => {
    let broken = false
    const { url } = await serve(({ socket }) => socket.write(broken ? 'HTTP/1.1 503 Oops\r\nContent-Length: 0\r\n\r\n' : page(live)))
    const { desk, pass } = room({ interval: '1s', timeout: '1s' })
    const pod = { namespace: 'bookstore', name: 'bookstore-v1-x', uid: 'u' }
    const inState = (state: string) => desk.metric('meshtelemetry_scrape_targets', { state })
    desk.scraper.sync([target('a', url, { pod })])
    expect(await inState('waiting')).toBe(1)
    await pass('a', 1)
    expect(await inState('up')).toBe(1)
    broken = true
    await pass('a', 2)
    expect(await inState('failing')).toBe(1)
    expect(desk.health('a')).toMatchObject({
      state: 'failing',
      failures: 1,
      bytes: live.length,
      asked: 'filtered',
      error: {
        code: 'status_5xx',
        message: 'The target answered with status 503.',
        remedy: expect.stringMatching(/Read the sidecar's log: kubectl logs bookstore-v1-x -n bookstore -c envoy\.$/),
      },
    })
    await pass('a', 3)
    await pass('a', 4)
    expect(desk.health('a')).toMatchObject({ state: 'stale', failures: 3 })
    expect(await inState('stale')).toBe(1)
    broken = false
    await pass('a', 5)
    expect(desk.health('a')).toMatchObject({ state: 'up', failures: 0 })
    expect(desk.health('a')).not.toHaveProperty('error')
    expect(desk.events).toEqual(['target_failing', 'target_recovered'])
    expect(await desk.metric('meshtelemetry_scrapes_total')).toBe(5)
    expect(await inState('up')).toBe(1)
    expect(await desk.metric('meshtelemetry_scrape_targets')).toBe(1)
    desk.scraper.sync([])
    expect(await desk.metric('meshtelemetry_scrape_targets')).toBe(0)
  })

  it('fails with the problem of the next stage when its page is no good', async () => {
    const { url } = await serve(good)
    const { desk, pass } = room()
    const kind = { code: 'page_syntax', meaning: '', remedy: 'Look at <url>.', retryable: true }
    desk.judge = () => new Problem(kind, 'no value', { place: { line: 3, column: 9 } })
    desk.scraper.sync([target('a', url)])
    await pass('a', 1)
    expect(desk.health('a')?.error).toEqual({ code: 'page_syntax', message: 'no value (at 3:9)', remedy: `Look at ${url.href}.` })
  })

  it('fails alone when the next stage throws', async () => {
    const { url } = await serve(good)
    const { desk, pass } = room({ interval: '1s', timeout: '1s' })
    desk.judge = () => {
      throw new TypeError('x is undefined')
    }
    desk.scraper.sync([target('a', url)])
    await pass('a', 1)
    expect(desk.health('a')?.error).toMatchObject({
      code: scrapeProblems.scrape_broken.code,
      message: 'Reading the target failed: x is undefined',
    })
    await pass('a', 2)
  })

  it('does not delay another, and its turns are skipped while it hangs', async () => {
    const [hangs, works] = [await serve(() => {}), await serve(good)]
    const { clock, desk, pass } = room({ interval: '1s', timeout: '1s' })
    desk.scraper.sync([target('hangs', hangs.url), target('works', works.url)])
    await pass('works', 7)
    expect(clock.monotonicMs()).toBeLessThanOrEqual(7_500)
    expect(desk.healths.filter(({ id }) => id === 'works').every(({ health }) => health.state === 'up')).toBe(true)
    expect(desk.health('hangs')?.error?.code).toBe('scrape_timeout')
    expect(await desk.metric('meshtelemetry_scrapes_skipped_total')).toBeGreaterThan(0)
    expect(await desk.metric('meshtelemetry_scrapes_late_total')).toBe(0)
  })

  it('is never connected to at an address that is refused', async () => {
    const { wire, url } = await serve(good)
    const { desk, pass } = room({ allowLoopback: false })
    desk.scraper.sync([
      target('a', url),
      target('m', 'http://169.254.169.254/latest/meta-data'),
      target('n', 'http://[::ffff:127.0.0.1]:15010/'),
    ])
    for (const id of ['a', 'm', 'n']) await pass(id, 1)
    expect(['a', 'm', 'n'].map((id) => desk.health(id)?.error?.code)).toEqual(['address_refused', 'address_refused', 'address_refused'])
    expect(wire.connections).toBe(0)
  })
})

describe('turns', () => {
  it('are skipped and counted while a scrape still runs', async () => {
    let release = () => {}
    const { wire, url } = await serve(({ socket, number }) => {
      if (number === 1) release = () => socket.write(page(live))
      else socket.write(page(live))
    })
    const { clock, desk } = room({ interval: '2s', timeout: '2s' })
    // A pod that leaves is due every second, half as long as it may take.
    desk.scraper.sync([target('a', url)])
    clock.advance(1_000)
    await until(() => wire.requests.length === 1)
    desk.scraper.sync([target('a', url, { terminating: true })])
    clock.advance(0)
    expect(await desk.metric('meshtelemetry_scrapes_skipped_total')).toBe(1)
    expect(wire.requests).toHaveLength(1)
    release()
    await until(() => desk.told('a') === 1)
    clock.advance(0)
    await until(() => desk.told('a') === 2, 'it is read again at once')
  })

  it('come at once and then every second for a pod that leaves, until it is gone', async () => {
    const { wire, url } = await serve(good)
    const { clock, desk, pass } = room({ interval: '10s' })
    desk.scraper.sync([target('a', url)])
    await pass('a', 1)
    desk.scraper.sync([target('a', url, { terminating: true })])
    await pass('a', 2)
    const began = desk.pages.at(-1)?.timestampMs ?? 0
    for (let turn = 3; turn <= 5; turn++) {
      desk.scraper.sync([target('a', url, { terminating: true })])
      await pass('a', turn)
    }
    expect(desk.pages.slice(2).map(({ timestampMs }) => timestampMs - began)).toEqual([1_000, 2_000, 3_000])
    wire.close()
    await pass('a', 6)
    expect(desk.health('a')?.state).toBe('failing')
    expect(desk.events).toEqual([])
    desk.scraper.sync([])
    clock.advance(5_000)
    expect(desk.told('a')).toBe(6)
  })

  it('come at once for a pod that leaves when it is found', async () => {
    const { url } = await serve(good)
    const { clock, desk, pass } = room()
    desk.scraper.sync([target('a', url, { terminating: true })])
    await pass('a', 1)
    expect(clock.monotonicMs()).toBe(0)
  })
})

describe('closing', () => {
  it('ends what runs at once, says nothing more, and is safe twice', async () => {
    const { wire, url } = await serve(() => {})
    const { clock, desk } = room()
    desk.scraper.sync(['a', 'b', 'c'].map((id) => target(id, url)))
    clock.advance(1_000)
    await until(() => wire.requests.length === 3)
    expect(await desk.metric('meshtelemetry_scrapes_in_flight')).toBe(3)
    await Promise.all([desk.scraper.close(), desk.scraper.close()])
    await desk.scraper.close()
    desk.scraper.sync([target('d', url)])
    clock.advance(60_000)
    await until(() => wire.open === 0)
    expect([desk.healths, desk.pages, desk.events]).toEqual([[], [], []])
    expect(await desk.metric('meshtelemetry_scrapes_in_flight')).toBe(0)
    expect(wire.requests).toHaveLength(3)
  })
})
