import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { get, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { PulledPage } from '../../src/model/pulled-page.ts'
import { prefersGzip } from '../../src/http/encoding.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { serve } from './collector-reading.ts'

const chunk = `${'x'.repeat(64 * 1024 - 1)}\n`

/** A page of so many chunks, that tells how many were rendered and whether someone ended it. */
function largePage(chunks: number, path: PulledPage['path'] = '/metrics/large') {
  const seen = { begun: 0, rendered: 0, ended: 0 }
  const page: PulledPage = {
    path,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    async *render() {
      seen.begun++
      try {
        for (; seen.rendered < chunks; seen.rendered++) {
          yield chunk
          await wait(0)
        }
      } finally {
        seen.ended++
      }
    },
  }
  return { page, seen }
}

async function fetchRaw(url: string, headers: Record<string, string> = {}): Promise<{ answer: IncomingMessage; body: Buffer }> {
  const [answer] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage]
  return { answer, body: Buffer.concat(await Array.fromAsync(answer)) }
}

/** Someone who asks and does not read. */
async function stalled(url: string) {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname).pause()
  await once(socket, 'connect')
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  return socket
}

const until = async (condition: () => boolean) => {
  await expect.poll(condition, { interval: 10 }).toBe(true)
}

describe('pages of metrics', () => {
  it("serves the collector's own", async () => {
    await using server = await serve()
    const { answer, body } = await fetchRaw(`${server.url}/metrics`)
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(body.toString()).toContain('meshtelemetry_events_total{event="http_listening"} 1')
    expect((await fetchRaw(`${server.url}/metrics`)).body.toString()).toContain(
      'meshtelemetry_http_requests_total{path="/metrics",status="200"} 1',
    )
  })

  it('serves pages whole, as text or gzip', async () => {
    const { page } = largePage(20)
    await using server = await serve({}, { pages: [page] })
    const zipped = await fetchRaw(`${server.url}${page.path}`, { 'accept-encoding': 'gzip' })
    expect([zipped.answer.headers['content-encoding'], zipped.answer.headers.vary]).toEqual(['gzip', 'accept-encoding'])
    expect(gunzipSync(zipped.body).toString()).toBe(chunk.repeat(20))
  })

  it('refuses parameters that would change nothing', async () => {
    const { page } = largePage(1)
    await using server = await serve({}, { pages: [page] })
    expect((await fetch(`${server.url}${page.path}?format=json`)).status).toBe(400)
  })

  it('answers HEAD without rendering', async () => {
    const { page, seen } = largePage(3)
    await using server = await serve({}, { pages: [page] })
    const answer = await fetch(`${server.url}${page.path}`, { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-type'), seen.rendered]).toEqual([200, page.contentType, 0])
  })

  it('knows when a page was last fetched: whole, and by others than its own commands', async () => {
    const clock = new FakeClock()
    const { page } = largePage(1)
    const slow = largePage(4_000, '/metrics/slow')
    await using server = await serve({}, { pages: [page, slow.page], clock })
    const told = async () =>
      (await (await fetch(`${server.url}/metrics`)).text()).match(/^.*page_fetched_timestamp_seconds\{path="\/metrics\/.*$/gm)
    await (await fetch(`${server.url}${page.path}`, { headers: { 'user-agent': 'mesh-telemetry/0.1.0' } })).text()
    await (await fetch(`${server.url}${page.path}`, { method: 'HEAD' })).text()
    const reader = await stalled(`${server.url}${slow.page.path}`)
    await until(() => slow.seen.rendered > 2)
    reader.destroy()
    await until(() => slow.seen.ended === 1)
    expect(await told()).toBeNull()
    clock.advance(5_000)
    await (await fetch(`${server.url}${page.path}`)).text()
    const seconds = clock.wallMs() / 1_000
    expect(await told()).toEqual([`meshtelemetry_http_page_fetched_timestamp_seconds{path="/metrics/large"} ${seconds}`])
  })

  it('tells a page who fetches it, but not of our own commands', async () => {
    const readers: string[] = []
    await using server = await serve({}, { pages: [{ ...largePage(1).page, fetched: (reader) => readers.push(reader) }] })
    const { path } = largePage(1).page
    for (const agent of ['Prometheus/3.15.0', 'mesh-telemetry/0.1.0', `x${'y'.repeat(1_000)}`])
      await (await fetch(`${server.url}${path}`, { headers: { 'user-agent': agent } })).text()
    expect(readers).toEqual(['127.0.0.1 Prometheus/3.15.0', `127.0.0.1 x${'y'.repeat(199)}`])
  })

  it('renders no faster than the reader reads, two at once, and says when to come again', async () => {
    const slow = largePage(4_000)
    const { page: other } = largePage(1, '/metrics/other')
    await using server = await serve({}, { pages: [slow.page, other] })
    const readers = [await stalled(`${server.url}${slow.page.path}`), await stalled(`${server.url}${slow.page.path}`)]
    await until(() => slow.seen.begun === 2 && slow.seen.rendered > 2)
    let before = -1
    await until(() => {
      const same = before === slow.seen.rendered
      before = slow.seen.rendered
      return same
    })
    expect(slow.seen.rendered).toBeLessThan(2_000)

    const refused = await fetch(`${server.url}${other.path}`, { headers: { 'accept-encoding': 'gzip' } })
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('content-encoding')]).toEqual([503, '5', null])
    expect(await refused.json()).toMatchObject({ error: { code: 'too_many_renders' } })
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200)

    readers.forEach((reader) => reader.destroy())
    await until(() => slow.seen.ended === 2)
    expect((await fetch(`${server.url}${other.path}`)).status).toBe(200)
  })

  it.each(['gzip', 'identity'])('gives up on a reader that stalls for a minute (%s)', async (encoding) => {
    const clock = new FakeClock()
    const slow = largePage(1_000_000)
    await using server = await serve({}, { pages: [slow.page], clock })
    const reader = get(`${server.url}${slow.page.path}`, { headers: { 'accept-encoding': encoding }, agent: false })
    const [answer] = (await once(reader, 'response')) as [IncomingMessage]
    const failed = once(answer, 'error')
    clock.advance(60_000)
    answer.resume()
    await failed
    await until(() => slow.seen.ended === 1)
    await expect.poll(() => server.log.join('')).toContain('http_page_cut')
  })

  it('never shows a page that broke off as a whole one', async () => {
    const page: PulledPage = {
      path: '/metrics/broken',
      contentType: 'text/plain',
      async *render() {
        yield 'a 1\n'
        await wait(20)
        throw new Error('lost')
      },
    }
    await using server = await serve({}, { pages: [page] })
    await expect(fetchRaw(`${server.url}${page.path}`)).rejects.toThrow('aborted')
    await expect.poll(() => server.log.join('')).toContain('http_answer_failed')
  })

  it('says that it failed when nothing was sent yet', async () => {
    const page: PulledPage = {
      path: '/metrics/broken',
      contentType: 'text/plain',
      // oxlint-disable-next-line require-yield
      async *render(): AsyncGenerator<string> {
        throw new Error('lost')
      },
    }
    await using server = await serve({}, { pages: [page] })
    const answer = await fetch(`${server.url}${page.path}`)
    expect([answer.status, await answer.json()]).toMatchObject([500, { error: { code: 'internal_error' } }])
    expect(server.log.filter((line) => line.includes('http_answer_failed'))).toHaveLength(1)
  })

  it('closes although someone is still reading, who would never end by himself', async () => {
    const slow = largePage(1_000_000)
    const server = await serve({}, { pages: [slow.page] })
    const reader = await stalled(`${server.url}${slow.page.path}`)
    reader.on('error', () => {})
    await until(() => slow.seen.rendered > 2)
    await server.close()
    await server.close()
    await expect.poll(() => slow.seen.ended).toBe(1)
  })
})

it.each([
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['GZIP', true],
  ['gzip;q=0', false],
  ['gzip; q=0.5', true],
  ['gzip;q=0.5, identity;q=1', false],
  ['identity;q=0.5, gzip;q=1.0', true],
  ['*', true],
  ['*;q=0', false],
  ['gzip;q=0, *', false],
  ['gzip;q=nonsense', false],
  ['br', false],
])('Accept-Encoding %j: gzip %s', (header, gzip) => expect(prefersGzip(header)).toBe(gzip))
