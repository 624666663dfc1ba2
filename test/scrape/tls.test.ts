import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import { createSecureContext } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { Problem } from '../../src/runtime/problem.ts'
import { systemTrust, TlsConnection } from '../../src/scrape/tls.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { certificate, key } from './support/certificate.ts'
import { LendingPool } from './support/lending-pool.ts'
import { until, Wire } from './support/wire.ts'

async function talk(
  answer: RequestListener,
  options: { readonly trusted?: boolean; readonly allowLoopback?: boolean; readonly host?: string; readonly clock?: Clock } = {},
) {
  const { trusted = true, allowLoopback = true, host = '127.0.0.1', clock = systemClock } = options
  const server: Server = createServer({ cert: certificate, key }, answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  let connections = 0
  server.on('secureConnection', () => connections++)
  const address = server.address()
  const url = new URL(`https://${host}:${typeof address === 'object' ? address?.port : 0}/stats/prometheus`)
  const { ask, connection, buffers } = asking(url, { trusted, allowLoopback, clock })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { ask, connection, buffers, server, connections: () => connections }
}

function asking(url: URL, { trusted = true, allowLoopback = true, clock = systemClock } = {}) {
  const buffers = new LendingPool(100_000)
  const ground = {
    clock,
    buffers,
    received: Buffer.alloc(0),
    allowLoopback,
    userAgent: 'mesh-telemetry/1.2.3',
  }
  const connection = new TlsConnection(url, { ground, trust: trusted ? createSecureContext({ ca: certificate }) : systemTrust() })
  onTestFinished(() => connection.close())
  /** The body, or the problem's code and text. */
  const ask = async (timeoutMs = 20_000): Promise<string> => {
    try {
      const { body } = await connection.ask('/stats/prometheus?a=b', clock.monotonicMs() + timeoutMs)
      return body.view().toString('latin1')
    } catch (error) {
      return error instanceof Problem ? `${error.kind.code}: ${error.message}` : String(error)
    }
  }
  return { ask, connection, buffers }
}

describe('an https target', () => {
  it('is read over one connection and sees the same request as a plain one', async () => {
    const seen: object[] = []
    const { ask, connections } = await talk(({ url, headers }, response) => {
      seen.push({ url, ...headers })
      response.setHeader('Content-Type', 'text/plain').end('a 1')
    })
    expect([await ask(), await ask(), connections()]).toEqual(['a 1', 'a 1', 1])
    expect(seen[0]).toEqual({
      url: '/stats/prometheus?a=b',
      host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      accept: 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1',
      'user-agent': 'mesh-telemetry/1.2.3',
      connection: 'keep-alive',
    })
  })

  it('is not read when its certificate is not trusted, or is for another name', async () => {
    const untrusted = await talk((_, response) => response.end('a 1'), { trusted: false })
    expect(await untrusted.ask()).toMatch(/^tls_failed: The TLS handshake failed: self-signed certificate/)
    const misnamed = await talk((_, response) => response.end('a 1'), { host: 'localhost' })
    expect(await misnamed.ask()).toMatch(/^tls_failed: .*localhost/)
  })

  it('is not read when it does not speak TLS', async () => {
    const wire = new Wire(() => {})
    const url = await wire.listen()
    onTestFinished(() => wire.close())
    url.protocol = 'https:'
    const { ask } = asking(url)
    expect(await ask(200)).toBe('scrape_timeout: The deadline passed while connecting.')
  })

  it('is not read at a refused address', async () => {
    const { ask, connections } = await talk((_, response) => response.end('a 1'), { allowLoopback: false })
    expect(await ask()).toBe('address_refused: 127.0.0.1 is never asked: loopback address.')
    expect(connections()).toBe(0)
  })

  it.each<[string, RequestListener]>([
    [
      'redirected: The target answered with status 302.',
      (_, response) => response.writeHead(302, { Location: 'https://127.0.0.1/' }).end(),
    ],
    [
      'wrong_content_type: The answer is "text/html", not text/plain.',
      (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('x'),
    ],
    ['page_too_large: The page is larger than scrape.bodyLimit, 100000 bytes.', (_, response) => response.end('x'.repeat(100_001))],
    [
      'cut_short: The connection was closed after 3 bytes of the page.',
      (_, response) => {
        response.writeHead(200, { 'Content-Length': 9 }).write('a 1', () => response.destroy())
      },
    ],
    ['not_http: ', (_, response) => response.socket?.end('SSH-2.0\r\n\r\n')],
    ['head_too_large: ', (_, response) => response.writeHead(200, { A: 'x'.repeat(17_000) }).end()],
    ['connection_reset: ', (_, response) => response.destroy()],
  ])('fails with %s', async (expected, answer) => {
    const { ask } = await talk(answer)
    expect((await ask()).slice(0, expected.length)).toBe(expected)
  })

  it.each<[string, number, RequestListener]>([
    ['while waiting for the answer', 0, () => {}],
    ['after 3 bytes of the page', 3, (_, response) => response.write('a 1')],
  ])('is given up at the deadline %s', async (where, bytes, answer) => {
    const clock = new FakeClock()
    let isAsked = false
    const asked: RequestListener = (request, response) => {
      isAsked = true
      answer(request, response)
    }
    const { ask, server, buffers } = await talk(asked, { clock })
    const said = ask(300)
    await until(() => isAsked && buffers.received === bytes)
    clock.advance(300)
    expect(await said).toBe(`scrape_timeout: The deadline passed ${where}.`)
    let open = 1
    await until(() => (server.getConnections((_, count) => (open = count)), open === 0), 'the connection is closed')
  })

  it('is asked once more when it closes in the moment in which it is asked', async () => {
    let requests = 0
    const { ask, connections } = await talk((_, response) => (++requests === 2 ? response.destroy() : response.end(`a ${requests}`)))
    expect([await ask(), await ask(), connections()]).toEqual(['a 1', 'a 3', 2])
  })

  it('is let go at once', async () => {
    let isAsked = false
    const { ask, connection } = await talk(() => (isAsked = true))
    const answer = ask()
    await until(() => isAsked)
    connection.close()
    connection.close()
    expect([await answer, await ask()]).toEqual(Array(2).fill('connection_failed: The collector let go of the target.'))
  })
})
