import { describe, expect, it, onTestFinished } from 'vitest'
import { Problem } from '../../src/runtime/problem.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { connectionProblem, type Ground } from '../../src/scrape/answer.ts'
import { BufferPool } from '../../src/scrape/buffers.ts'
import { Connection } from '../../src/scrape/connection.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { LendingPool } from './support/lending-pool.ts'
import { type Asked, chunked, page, until, Wire } from './support/wire.ts'

const ground = (more: Partial<Ground> = {}): Ground => ({
  clock: systemClock,
  buffers: new BufferPool(1_000_000),
  received: Buffer.alloc(65_536),
  allowLoopback: true,
  userAgent: 'mesh-telemetry/1.2.3',
  ...more,
})

async function talk(script: (asked: Asked) => void, more: Partial<Ground> = {}) {
  const wire = new Wire(script)
  const url = await wire.listen()
  const { clock, ...rest } = ground(more)
  const connection = new Connection(url, { clock, ...rest })
  onTestFinished(() => (connection.close(), wire.close()))
  /** The body, or the problem's code and text. */
  const ask = async (path = '/', timeoutMs = 20_000): Promise<string> => {
    try {
      const { body } = await connection.ask(path, clock.monotonicMs() + timeoutMs)
      return body.view().toString('latin1')
    } catch (error) {
      return error instanceof Problem ? `${error.kind.code}: ${error.message}` : String(error)
    }
  }
  return { wire, url, connection, ask }
}

describe('one connection', () => {
  it('serves one request after the other, and says only what a target has a right to see', async () => {
    const { wire, url, ask } = await talk(({ socket, number }) => socket.write(number === 1 ? page('a 1') : chunked('a 2')))
    expect([await ask('/stats/prometheus?x=1'), await ask()]).toEqual(['a 1', 'a 2'])
    expect(wire.connections).toBe(1)
    expect(wire.requests[0]?.split('\r\n')).toEqual([
      'GET /stats/prometheus?x=1 HTTP/1.1',
      `Host: ${url.host}`,
      'Accept: text/plain;version=0.0.4;q=0.9,*/*;q=0.1',
      'User-Agent: mesh-telemetry/1.2.3',
    ])
  })

  it.each([
    ['answers and closes', ({ socket }: Asked) => socket.end(page('a 1\n', 'Connection: close\r\n'))],
    ['ends its page by closing', ({ socket }: Asked) => socket.end('HTTP/1.1 200 OK\r\n\r\na 1\n')],
  ])('is made anew when the target %s', async (_, script) => {
    const { wire, ask } = await talk(script)
    expect([await ask(), await ask()]).toEqual(['a 1\n', 'a 1\n'])
    expect(wire.connections).toBe(2)
  })

  it('is made anew when the target closed while nothing was asked', async () => {
    const { wire, ask } = await talk(({ socket }) => socket.write(page('a 1')))
    await ask()
    wire.hangUp()
    await until(() => wire.open === 0)
    expect(await ask()).toBe('a 1')
  })

  it('asks once more when the target closes in the moment in which it is asked', async () => {
    const { wire, ask } = await talk(({ socket, number }) => (number === 2 ? socket.destroy() : socket.write(page(`a ${number}`))))
    expect([await ask(), await ask()]).toEqual(['a 1', 'a 3'])
    expect(wire.connections).toBe(2)
  })

  it('asks only once more', async () => {
    const { wire, ask } = await talk(({ socket, number }) => (number > 1 ? socket.end() : socket.write(page('a 1'))))
    expect([await ask(), await ask()]).toEqual(['a 1', 'no_answer: The connection was closed without an answer.'])
    expect(wire.requests).toHaveLength(3)
  })

  it('asks only once when an answer had begun, or the connection was new', async () => {
    const { wire, ask } = await talk(({ socket, number }) => (number === 1 ? socket.write(page('a 1')) : socket.end('HTTP/1.1 ')))
    expect([await ask(), await ask(), await ask()].map((text) => text.slice(0, 9))).toEqual(['a 1', 'cut_short', 'cut_short'])
    expect(wire.requests).toHaveLength(3)
  })

  it('asks nothing more once it was closed', async () => {
    const { wire, connection, ask } = await talk(({ socket }) => socket.write(page('a 1')))
    await ask()
    connection.close()
    expect(await ask()).toBe('connection_failed: The collector let go of the target.')
    await until(() => wire.open === 0)
    expect(wire.requests).toHaveLength(1)
  })

  it('is given up when the target speaks without being asked', async () => {
    let speak = () => {}
    const { wire, ask } = await talk(({ socket, number }) => {
      socket.write(page(`a ${number}`))
      speak = () => socket.write(page('stale 1'))
    })
    expect(await ask()).toBe('a 1')
    speak()
    await until(() => wire.open === 0)
    expect(await ask()).toBe('a 2')
  })
})

describe('what is no page', () => {
  it.each([
    [
      'HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n',
      'redirected: The target answered with status 302.',
    ],
    ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 'status_4xx: The target answered with status 404.'],
    ['HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n', 'status_5xx: The target answered with status 503.'],
    ['HTTP/1.1 204 No Content\r\n\r\n', 'unexpected_status: The target answered with status 204.'],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'unexpected_status: The target answered with status 101.'],
    [
      'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html>',
      'wrong_content_type: The answer is "text/html; charset=utf-8", not text/plain.',
    ],
    [
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}',
      'wrong_content_type: The answer is "application/json", not text/plain.',
    ],
    ['HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n', 'encoded_page: The page came with Content-Encoding "gzip".'],
    ['EHLO there\r\n', 'not_http: The answer does not begin as HTTP/1.1 does.'],
  ])('%j', async (answer, expected) => {
    const { wire, ask } = await talk(({ socket }) => socket.write(answer))
    expect(await ask()).toBe(expected)
    await until(() => wire.open === 0, 'the connection is closed')
    expect(wire.requests).toHaveLength(1)
  })

  it('is not there when nobody listens', async () => {
    const { wire, ask } = await talk(() => {})
    wire.close()
    expect(await ask()).toMatch(/^connection_refused: .*ECONNREFUSED/)
  })

  it('is not there when the target breaks off', async () => {
    const { ask } = await talk(({ socket }) => socket.resetAndDestroy())
    expect(await ask()).toMatch(/^connection_reset: /)
  })
})

describe('limits hold while reading', () => {
  it('stops an endless page at the limit', async () => {
    let sent = 0
    const { wire, ask } = await talk(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536))) sent += 65_536
        if (!socket.destroyed) socket.once('drain', more)
      }
      more()
    })
    expect(await ask()).toBe('page_too_large: The page is larger than scrape.bodyLimit, 1000000 bytes.')
    await until(() => wire.open === 0)
    expect(sent).toBeLessThan(30_000_000)
  })

  it.each([
    ['says nothing', ({ socket }: Asked) => socket, 0, 'while waiting for the answer'],
    ['stops within its head', ({ socket }: Asked) => socket.write('HTTP/1.1 200 OK\r\nA: '), 0, 'while waiting for the answer'],
    [
      'stops within its page',
      ({ socket }: Asked) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'),
      3,
      'after 3 bytes of the page',
    ],
  ])('gives up at the deadline when the target %s', async (_, script, bytes, where) => {
    const [clock, buffers] = [new FakeClock(), new LendingPool(1_000)]
    const { wire, ask } = await talk(script, { clock, buffers })
    const answer = ask('/', 100)
    await until(() => wire.requests.length === 1 && buffers.received === bytes)
    clock.advance(100)
    expect(await answer).toBe(`scrape_timeout: The deadline passed ${where}.`)
    await until(() => wire.open === 0)
  })

  it('gives up at the deadline when the target never stops dripping', async () => {
    const [clock, buffers] = [new FakeClock(), new LendingPool(1_000)]
    const { wire, ask } = await talk(
      ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('x')), 5)
      },
      { clock, buffers },
    )
    const answer = ask('/', 150)
    for (let passed = 0; passed < 150; passed += 50) {
      const before = buffers.received
      await until(() => buffers.received > before)
      clock.advance(50)
    }
    expect(await answer).toMatch(/^scrape_timeout: The deadline passed after \d+ bytes of the page\.$/)
    await until(() => wire.open === 0)
  })

  it('lends one buffer again and again', async () => {
    const buffers = new BufferPool(1_000_000)
    const { url } = await talk(({ socket }) => socket.write(page('x'.repeat(100_000))))
    const connection = new Connection(url, ground({ buffers }))
    onTestFinished(() => connection.close())
    const seen = new Set<unknown>()
    for (let turn = 0; turn < 5; turn++) {
      const { body } = await connection.ask('/', systemClock.monotonicMs() + 5_000)
      expect(body.length).toBe(100_000)
      seen.add(body)
      buffers.give(body)
    }
    expect(seen.size).toBe(1)
  })
})

describe('where it connects to', () => {
  it('refuses loopback unless it is allowed', async () => {
    const { wire, ask } = await talk(({ socket }) => socket.write(page('a 1')), { allowLoopback: false })
    expect(await ask()).toBe('address_refused: 127.0.0.1 is never asked: loopback address.')
    expect(wire.connections).toBe(0)
  })

  it('judges a name by its addresses', async () => {
    const { wire, url } = await talk(({ socket }) => socket.write(page('a 1')))
    const named = new URL(`http://localhost:${url.port}/`)
    const [allowed, refused] = [new Connection(named, ground()), new Connection(named, ground({ allowLoopback: false }))]
    onTestFinished(() => (allowed.close(), refused.close()))
    const deadlineMs = systemClock.monotonicMs() + 5_000
    expect((await allowed.ask('/', deadlineMs)).body.view().toString()).toBe('a 1')
    await expect(refused.ask('/', deadlineMs)).rejects.toThrow(/^localhost is never asked: it means \S+, a loopback address\.$/)
    expect(wire.connections).toBe(1)
  })

  it.each([
    ['ENOTFOUND', 'name_not_found'],
    ['EHOSTUNREACH', 'host_unreachable'],
    ['ETIMEDOUT', 'scrape_timeout'],
    ['EADDRNOTAVAIL', 'connection_failed'],
  ])('has a word for %s: %s', (code, expected) => {
    expect(connectionProblem(Object.assign(new Error(`connect ${code}`), { code }))).toMatchObject({
      kind: { code: expected },
      message: `The connection failed: connect ${code}.`,
    })
  })
})
