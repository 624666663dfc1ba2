import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/runtime/clock.ts'
import { Problem } from '../../src/runtime/problem.ts'
import { BufferPool } from '../../src/scrape/buffers.ts'
import { Connection } from '../../src/scrape/connection.ts'
import { chunked, page, Wire } from '../scrape/support/wire.ts'

/** A target that closes after each of its answer's bytes in turn: there is a whole page or none. */

const body = 'envoy_server_live{} 1\nenvoy_server_uptime{} 12345\n'
const answers = {
  'with a length': page(body),
  'in chunks': chunked(body, 9),
  'that ends with the connection': `HTTP/1.1 200 OK\r\n\r\n${body}`,
}

async function outcomes(answer: string, breaks: 'end' | 'reset'): Promise<string[]> {
  const wire = new Wire(({ socket, number }) => {
    const bytes = answer.slice(0, number - 1)
    if (breaks === 'end') socket.end(bytes)
    else socket.write(bytes, () => socket.resetAndDestroy())
  })
  const url = await wire.listen()
  const buffers = new BufferPool(10_000)
  const ground = { clock: systemClock, buffers, received: Buffer.alloc(65_536), allowLoopback: true, userAgent: 'test' }
  onTestFinished(() => wire.close())
  const found: string[] = []
  while (found.length <= answer.length) {
    // A connection of its own for each, so that none is asked a second time.
    const connection = new Connection(url, ground)
    found.push(await connection.ask('/', systemClock.monotonicMs() + 5_000).then(({ body: read }) => text(read), codeOf))
    connection.close()
  }
  return found

  function text(read: Awaited<ReturnType<Connection['ask']>>['body']): string {
    const whole = read.view().toString()
    buffers.give(read)
    return whole
  }
}

const codeOf = (error: unknown): string => (error instanceof Problem ? error.kind.code : String(error))

describe('an answer', () => {
  it.each(Object.entries(answers))('%s, closed after every byte', async (name, answer) => {
    const found = await outcomes(answer, 'end')
    expect(found[0]).toBe('no_answer')
    expect(found.at(-1)).toBe(body)
    const between = new Set(found.slice(1, -1))
    // Without a length only a line's end tells a whole page from a part of it, which then is a smaller page.
    const wholeLines = name.startsWith('that ends') ? ['', body.slice(0, body.indexOf('\n') + 1)] : []
    expect(between).toEqual(new Set(['cut_short', ...wholeLines]))
  })

  it.each(Object.entries(answers))('%s, reset after every byte', async (_, answer) => {
    const found = await outcomes(answer, 'reset')
    expect(new Set(found.slice(0, -1)).difference(new Set(['connection_reset', 'cut_short', 'no_answer']))).toEqual(new Set())
  })
})
