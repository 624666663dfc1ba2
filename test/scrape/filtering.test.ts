import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/runtime/problem.ts'
import { type Desk, target } from './support/desk.ts'
import { good, isFiltered, live, room, serve } from './support/room.ts'
import { type Asked, page } from './support/wire.ts'

const asked = (desk: Desk) => desk.pages.map((one) => one.asked)

describe('the filter', () => {
  it('is put behind the query that the target has', async () => {
    const { wire, url } = await serve(good)
    const { desk, pass } = room()
    desk.scraper.sync([target('a', `${url.href}?text_readouts=`), target('b', `${url.href}?filter=x`)])
    for (const id of ['a', 'b']) await pass(id, 1)
    const [own, foreign] = wire.paths.toSorted((a, b) => b.length - a.length)
    expect(foreign).toBe('/stats/prometheus?filter=x')
    const query = new URL(own ?? '', url).searchParams
    expect([...query.keys()]).toEqual(['text_readouts', 'filter'])
    expect(query.get('filter')).toMatch(/^\^server/)
    expect(wire.paths.join()).not.toContain('usedonly')
  })

  it('is sent on to a server that ignores it: the page is good', async () => {
    const { url } = await serve(({ socket }) => socket.write(page(`a 1\n${live}`)))
    const { desk, pass } = room({ interval: '1s', timeout: '1s' })
    desk.scraper.sync([target('a', url)])
    await pass('a', 1)
    await pass('a', 2)
    expect(asked(desk)).toEqual(['osm-1 filtered', 'osm-1 filtered'])
  })

  it.each([
    ['answers it with nothing', page('')],
    ['answers it with a page without life', page('envoy_cluster_upstream_cx_total{envoy_cluster_name="x"} 1\n')],
    ['does not know paths with a query', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'],
    ['refuses the expression', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'],
  ])('is given up for an hour by a server that %s, and no page of it is delivered', async (_, answer) => {
    const { wire, url } = await serve((one) => one.socket.write(isFiltered(one) ? answer : page(live)))
    const { desk, pass } = room({ interval: '25m', timeout: '1m' })
    const sync = (process: string) => desk.scraper.sync([target('a', url, { process })])
    sync('p1')
    await pass('a', 1)
    expect(wire.paths.map((path) => path.includes('filter='))).toEqual([true, false])
    await pass('a', 3, 10_000)
    expect(asked(desk)).toEqual(['osm-1 whole', 'osm-1 whole', 'osm-1 whole'])
    expect(desk.pages.every(({ body }) => body === live)).toBe(true)
    expect(desk.health('a')).toMatchObject({ state: 'up', asked: 'whole' })
    await pass('a', 5, 10_000)
    const tries = () => wire.paths.filter((path) => path.includes('filter=')).length
    expect([tries(), wire.paths.length, desk.events]).toEqual([2, 7, ['filter_refused']])
    sync('p2')
    await pass('a', 6, 10_000)
    expect([tries(), desk.events]).toEqual([3, ['filter_refused', 'filter_refused']])
  })

  it.each([
    [
      'the filtered request fails with a 5xx',
      (one: Asked) => one.socket.write('HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n'),
      ['status_5xx', 1],
    ],
    [
      'the whole page fails too',
      (one: Asked) => one.socket.write(isFiltered(one) ? page('') : 'HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n'),
      ['status_4xx', 2],
    ],
  ] as const)('is not judged when %s', async (_, script, [code, requests]) => {
    const { wire, url } = await serve(script)
    const { desk, pass } = room({ interval: '1s', timeout: '1s' })
    desk.scraper.sync([target('a', url)])
    await pass('a', 1)
    expect([desk.health('a')?.error?.code, wire.requests.length]).toEqual([code, requests])
    await pass('a', 2)
    expect(wire.paths[requests]).toContain('filter=')
    expect(desk.pages).toEqual([])
  })

  it('is not judged when the whole page is no good either', async () => {
    const { wire, url } = await serve(({ socket }) => socket.write(page('node_load1 1\n')))
    const { desk, pass } = room({ interval: '1s', timeout: '1s' })
    desk.judge = () => new Problem({ code: 'unknown_dialect', meaning: '', remedy: '', retryable: true }, 'no known family')
    desk.scraper.sync([target('a', url)])
    await pass('a', 1)
    expect(desk.health('a')?.error?.code).toBe('unknown_dialect')
    expect(asked(desk)).toEqual(['osm-1 whole'])
    await pass('a', 2)
    expect(wire.paths.map((path) => path.includes('filter='))).toEqual([true, false, true, false])
    expect(desk.events).toEqual(['target_failing'])
  })

  it('is given up where it makes the target twice as slow, without a page being delivered twice', async () => {
    const { clock, desk, pass } = room({ interval: '1s', timeout: '1s' })
    // The sidecar needs 300 ms with the filter: the fake clock moves on before its answer goes out.
    const { wire, url } = await serve((one) => {
      if (isFiltered(one)) clock.advance(300)
      one.socket.write(page(live))
    })
    desk.scraper.sync([target('a', url)])
    await pass('a', 6)
    expect(asked(desk)).toEqual(['osm-1 filtered', 'osm-1 filtered', 'osm-1 filtered', 'osm-1 filtered', 'osm-1 whole', 'osm-1 whole'])
    expect(desk.events).toEqual(['filter_slower'])
    expect(wire.paths.filter((path) => !path.includes('filter='))).toHaveLength(4)
  })

  it('leaves the WASM statistics out when they are off, and is never sent when it is off', async () => {
    const { wire, url } = await serve(good)
    const rooms = [room({ requestStats: 'off' }), room({ filter: 'off' })]
    for (const { desk, pass } of rooms) {
      desk.scraper.sync([target('a', url)])
      await pass('a', 1)
    }
    expect(rooms.map(({ desk }) => desk.pages[0]?.asked)).toEqual(['osm-1-plain filtered', 'osm-1 whole'])
    expect(wire.paths[0]).not.toContain('osm_request')
    expect(wire.paths[1]).toBe('/stats/prometheus')
  })
})
