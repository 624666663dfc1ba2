import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { Bodies } from '../../src/receive/bodies.ts'
import { elementsOf } from '../../src/receive/elements.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { aSpan, bodyOf } from './support/spans.ts'
import { closeAll, json, opened, Receiving, small } from './support/receiving.ts'

afterEach(closeAll)

describe('too much', () => {
  it.each<readonly [string, () => Uint8Array<ArrayBuffer>, Record<string, string>]>([
    ['a long body', () => Uint8Array.from(Buffer.alloc(3_000, ' ')), {}],
    ['a body that is long once it is inflated', () => gzipSync(Buffer.alloc(50_000_000, ' ')), { 'content-encoding': 'gzip' }],
  ])('%s is 413', async (_, body, headers) => {
    const receiving = await Receiving.start({ bodyLimit: '60kB' })
    const sent = body().length < 10_000 ? Buffer.concat(Array.from({ length: 21 }, body)) : body()
    const answer = await receiving.post(Uint8Array.from(sent), { ...json, ...headers })
    expect(answer).toMatchObject({ status: 413, text: expect.stringContaining('traces.bodyLimit') })
    expect(await receiving.post(small('next'))).toMatchObject({ status: 202 })
  })

  it('more spans in a body than are taken at once is 413', async () => {
    const receiving = await Receiving.start()
    expect(await receiving.post(`[${'{},'.repeat(100_000)}{}]`)).toMatchObject({ status: 413 })
  })

  it('hundreds of thousands of places for spans are counted, and not kept', () => {
    const found = elementsOf(Buffer.from(`[${','.repeat(300_000)}]`), 10)
    expect(found).toMatchObject({ count: 300_001, isWhole: true })
    expect(found?.elements).toHaveLength(10)
  })

  it('bodies that grow when they are inflated hold a bounded room together', async () => {
    const bodies = new Bodies(2 ** 22)
    const bomb = gzipSync(Buffer.alloc(2 ** 22, ' '))
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const look = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1)
    const reads = Array.from({ length: 100 }, async () => (await bodies.read(Readable.from([bomb]), 'gzip')).body.length)
    expect(new Set(await Promise.all(reads))).toEqual(new Set([2 ** 22]))
    clearInterval(look)
    expect(most).toBeLessThan(250 * 2 ** 20)
  })

  it('more spans a second than are taken is 429 with the time to wait, and passes', async () => {
    const clock = new FakeClock()
    const receiving = await Receiving.start({ spansPerSecond: 2 }, { clock })
    const batch = Uint8Array.from(bodyOf(...Array.from({ length: 5 }, () => aSpan())))
    expect(await receiving.post(batch)).toMatchObject({ status: 202 })
    expect(await receiving.post(batch)).toMatchObject({
      status: 429,
      retryAfter: '2',
      text: expect.stringContaining('traces.spansPerSecond'),
    })
    expect(receiving.telemetry.lines.join()).toContain('"reason":"too_fast","sender":"127.0.0.1"')
    clock.advance(1_400)
    expect(await receiving.post(batch)).toMatchObject({ status: 429 })
    clock.advance(200)
    expect(await receiving.post(batch)).toMatchObject({ status: 202 })
    expect(await receiving.metric('meshtelemetry_spans_requests_total')).toEqual({ 202: 2, 429: 2 })
    expect(receiving.receiver.figures.refusedRequests).toEqual({ 429: 2 })
  })

  it.each<readonly [string, () => Uint8Array<ArrayBuffer>, Record<string, string>, number]>([
    ['one long span', () => Uint8Array.from(bodyOf(aSpan({ name: 'x'.repeat(100_000) }))), {}, 202],
    ['much that is no array', () => Uint8Array.from(Buffer.alloc(100_000, 'x')), {}, 400],
    ['much that is too much once it is inflated', () => gzipSync(Buffer.alloc(500_000, ' ')), { 'content-encoding': 'gzip' }, 413],
  ])('%s counts as many', async (_, body, headers, status) => {
    const clock = new FakeClock()
    const receiving = await Receiving.start({ spansPerSecond: 10, bodyLimit: '256KiB' }, { clock })
    expect(await receiving.post(body(), { ...json, ...headers })).toMatchObject({ status })
    expect(await receiving.post(small('too early'))).toMatchObject({ status: 429 })
    clock.advance(10_000)
    expect(await receiving.post(small('in time'))).toMatchObject({ status: 202 })
  })

  it('more than the sink has room for is 503, counted, and passes', async () => {
    const receiving = await Receiving.start()
    receiving.hasRoom = false
    expect(await receiving.post(small('a'))).toMatchObject({ status: 503, retryAfter: '1' })
    receiving.hasRoom = true
    expect(await receiving.post(small('b'))).toMatchObject({ status: 202 })
    expect(receiving.names).toEqual(['b'])
    expect(receiving.receiver.figures).toMatchObject({ received: 2, accepted: 1, refused: { no_room: 1 } })
  })

  it('spans a second are shown of the last ten', async () => {
    const clock = new FakeClock()
    const receiving = await Receiving.start({}, { clock })
    for (let second = 0; second < 4; second++) {
      await receiving.post(small('x'))
      clock.advance(1_000)
    }
    expect(receiving.receiver.figures.spansPerSecond).toBe(1)
    clock.advance(8_000)
    expect(receiving.receiver.figures.spansPerSecond).toBeCloseTo(0.2)
    clock.advance(60_000)
    expect(receiving.receiver.figures.spansPerSecond).toBe(0)
  })
})

describe('senders that are not what they should be', () => {
  const raw = async ({ url }: Receiving, text = ''): Promise<Socket & { said(): string }> => {
    const socket = connect({ host: new URL(url).hostname, port: Number(new URL(url).port) })
    opened({ close: () => void socket.destroy() })
    let said = ''
    socket.on('data', (data) => (said += String(data))).on('error', () => {})
    await once(socket, 'connect')
    socket.write(text)
    return Object.assign(socket, { said: () => said })
  }
  const closed = (socket: Socket) => (socket.closed ? Promise.resolve() : once(socket, 'close'))
  const head = 'POST /api/v2/spans HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

  it.each([
    ['nothing', ''],
    ['half a head', 'POST /api/v2/spans HTTP/1.1\r\nHost:'],
    ['half a body', `${head}Content-Length: 100\r\n\r\n[`],
    ['half a chunk', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n[`],
  ])('%s is given up after a while', async (_, text) => {
    const receiving = await Receiving.start({}, { limits: { requestMs: 200, idleMs: 60_000, connections: 10 } })
    const socket = await raw(receiving, text)
    await closed(socket)
    expect(receiving.batches).toEqual([])
  })

  it('a connection that is not used is ended after a while', async () => {
    const receiving = await Receiving.start({}, { limits: { requestMs: 60_000, idleMs: 200, connections: 10 } })
    const socket = await raw(receiving, `${head}Content-Length: 2\r\n\r\n[]`)
    await closed(socket)
    expect(socket.said()).toMatch(/^HTTP\/1.1 202 /)
  })

  it.each([
    ['a head without end', `${head}X: ${'x'.repeat(20_000)}`, '431'],
    ['no HTTP', '\u0016\u0003\u0001 hello', '400'],
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]`, '400'],
    ['a length and chunks', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, '400'],
    ['a broken URL', 'POST /%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', '400|404'],
    ['a promise of too much', `${head}Content-Length: 99999999999\r\n\r\n${' '.repeat(70_000)}`, '413'],
  ])('%s is refused', async (_, text, status) => {
    const receiving = await Receiving.start({ bodyLimit: '64kB' })
    const socket = await raw(receiving, text)
    await expect.poll(() => socket.said()).toMatch(new RegExp(`^HTTP/1.1 (${status}) `))
    expect(await receiving.post(small('next'))).toMatchObject({ status: 202 })
  })

  it.each([
    ['PUT', '/api/v2/spans', 405],
    ['PUT', '/', 404],
    ['PATCH', '/api/v2/spans', 405],
  ])('a body by %s to %s is refused before it is read', async (method, path, status) => {
    const receiving = await Receiving.start()
    const socket = await raw(
      receiving,
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[`,
    )
    await expect.poll(() => socket.said()).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  it('more connections than may be open at once are ended and counted, and those before them stay', async () => {
    const receiving = await Receiving.start({}, { limits: { requestMs: 60_000, idleMs: 60_000, connections: 2 } })
    const early = [await raw(receiving, `${head}Content-Length: 2\r\n\r\n[]`), await raw(receiving, `${head}Content-Length: 2\r\n\r\n[]`)]
    for (const socket of early) await expect.poll(() => socket.said()).toMatch(/^HTTP\/1.1 202 /)
    const late = await raw(receiving)
    await closed(late)
    expect(late.said()).toBe('')
    expect(await receiving.metric('meshtelemetry_spans_connections_dropped_total')).toEqual({ '': 1 })
    early[0]?.write(`${head}Content-Length: 2\r\n\r\n[]`)
    await expect.poll(() => early[0]?.said().match(/HTTP\/1.1 202 /g)).toHaveLength(2)
  })

  it('hundreds at once are all answered', async () => {
    const receiving = await Receiving.start()
    const sockets = await Promise.all(Array.from({ length: 300 }, () => raw(receiving, `${head}Content-Length: 2\r\n\r\n[]`)))
    await expect.poll(() => sockets.filter((socket) => socket.said().startsWith('HTTP/1.1 202 ')).length).toBe(300)
  })

  it('who leaves in the middle leaves nothing behind', async () => {
    const receiving = await Receiving.start()
    const socket = await raw(receiving, `${head}Content-Length: 100\r\n\r\n[{`)
    socket.destroy()
    await closed(socket)
    expect(await receiving.post(small('next'))).toMatchObject({ status: 202 })
    expect(receiving.names).toEqual(['next'])
  })
})
