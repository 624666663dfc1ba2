import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/runtime/problem.ts'
import { PageBuffer } from '../../src/scrape/buffers.ts'
import { ResponseReader } from '../../src/scrape/framing.ts'
import { chunked, page } from './support/wire.ts'

const limitBytes = 2_000

/** What becomes of an answer that arrives in these pieces, after which the connection is closed: its body, or the problem's code. */
function outcome(pieces: readonly Buffer[], limit = limitBytes): string {
  const reader = new ResponseReader(() => new PageBuffer(limit))
  try {
    for (const piece of pieces) reader.push(piece, piece.length)
    const { keepAlive } = reader
    reader.end()
    return `${keepAlive ? 'kept' : 'closed'} ${reader.body?.view().toString('latin1')}`
  } catch (error) {
    if (error instanceof Problem) return error.kind.code
    throw error
  }
}

const ok = 'HTTP/1.1 200 OK\r\n'
const cases: Record<string, readonly [answer: string, outcome: string]> = {
  'a length': [`${ok}Content-Length: 3\r\n\r\na 1`, 'kept a 1'],
  'the same length twice': [`${ok}Content-Length: 3\r\ncontent-length:3\r\n\r\na 1`, 'kept a 1'],
  'an empty body': [`${ok}Content-Length: 0\r\n\r\n`, 'kept '],
  chunks: [`${ok}Transfer-Encoding: chunked\r\n\r\n2\r\na \r\n1\r\n1\r\n0\r\n\r\n`, 'kept a 1'],
  'chunks with extensions and trailers': [
    `${ok}Transfer-Encoding: Chunked\r\n\r\n03;x="1"\r\na 1\r\n0 ; y\r\nA: b\r\nC: d\r\n\r\n`,
    'kept a 1',
  ],
  'sizes in hexadecimal of both cases': [
    `${ok}Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n`,
    'kept 01234567890123456789a',
  ],
  'the end of the connection': [`${ok}\r\na 1\r\n\r\n`, 'closed a 1\r\n\r\n'],
  'HTTP/1.0': ['HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\na 1', 'closed a 1'],
  'HTTP/1.0 that stays': ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\na 1', 'kept a 1'],
  'HTTP/1.1 that leaves': [`${ok}Connection: foo, Close\r\nContent-Length: 3\r\n\r\na 1`, 'closed a 1'],
  'no reason phrase': ['HTTP/1.1 200\r\nContent-Length: 3\r\n\r\na 1', 'kept a 1'],
  'line feeds alone in the head': ['HTTP/1.1 200 OK\nContent-Length: 3\n\na 1', 'kept a 1'],
  'interim answers before the real one': [
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${ok}Content-Length: 3\r\n\r\na 1`,
    'kept a 1',
  ],
  'no body by its status': ['HTTP/1.1 204 No Content\r\n\r\n', 'kept '],
  nothing: ['', 'no_answer'],
  'half a head': [`${ok}Content-Le`, 'cut_short'],
  'an interim answer alone': ['HTTP/1.1 100 Continue\r\n\r\n', 'cut_short'],
  'less than its length': [`${ok}Content-Length: 30\r\n\r\na 1`, 'cut_short'],
  'more than its length': [`${ok}Content-Length: 3\r\n\r\na 12`, 'bad_framing'],
  'lengths that conflict': [`${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\na 1`, 'bad_framing'],
  'a length below zero': [`${ok}Content-Length: -3\r\n\r\na 1`, 'bad_framing'],
  'a length that is none': [`${ok}Content-Length: 3x\r\n\r\na 1`, 'bad_framing'],
  'an empty length': [`${ok}Content-Length:\r\n\r\na 1`, 'bad_framing'],
  'length and chunks': [`${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na 1\r\n0\r\n\r\n`, 'bad_framing'],
  'another transfer coding': [`${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'bad_framing'],
  'chunks in HTTP/1.0': ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'bad_framing'],
  'a chunk without size': [`${ok}Transfer-Encoding: chunked\r\n\r\n\r\na 1`, 'bad_framing'],
  'a chunk with garbage for size': [`${ok}Transfer-Encoding: chunked\r\n\r\n0x3\r\na 1\r\n0\r\n\r\n`, 'bad_framing'],
  'a chunk longer than its size': [`${ok}Transfer-Encoding: chunked\r\n\r\n2\r\na 1\r\n0\r\n\r\n`, 'bad_framing'],
  'a chunk line that ends in LF alone': [`${ok}Transfer-Encoding: chunked\r\n\r\n3\na 1\r\n0\r\n\r\n`, 'bad_framing'],
  'a chunk of astronomic size': [`${ok}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n`, 'bad_framing'],
  'chunks without end': [`${ok}Transfer-Encoding: chunked\r\n\r\n3\r\na 1\r\n`, 'cut_short'],
  'something after the last chunk': [`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1`, 'bad_framing'],
  'no HTTP': ['SSH-2.0-OpenSSH_9.2\r\n', 'not_http'],
  'a TLS alert': ['\x15\x03\x01\x00\x02\x02\x46', 'not_http'],
  'HTTP/2': ['HTTP/2.0 200 OK\r\n\r\n', 'not_http'],
  'a status that is none': ['HTTP/1.1 2000 OK\r\n\r\n', 'not_http'],
  'a header that is none': [`${ok}no colon\r\n\r\n`, 'not_http'],
  'a folded header': [`${ok}A: b\r\n c\r\n\r\n`, 'not_http'],
  'a space before the colon': [`${ok}Content-Length : 3\r\n\r\na 1`, 'not_http'],
  'a bare CR in a header': [`${ok}A: b\rContent-Length: 3\r\n\r\na 1`, 'not_http'],
  'a head without end': [`${ok}${'A: b\r\n'.repeat(3_000)}`, 'head_too_large'],
  'interim answers without end': ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(700), 'head_too_large'],
  'one line without end': ['x'.repeat(20_000), 'not_http'],
  'a length above the limit': [`${ok}Content-Length: 2001\r\n\r\n`, 'page_too_large'],
  'a chunk above the limit': [`${ok}Transfer-Encoding: chunked\r\n\r\n7d0\r\n${'x'.repeat(2_000)}\r\n1\r\n`, 'page_too_large'],
  'a body without length above the limit': [`${ok}\r\n${'x'.repeat(2_001)}`, 'page_too_large'],
  'exactly the limit': [`${ok}\r\n${'x'.repeat(1_999)}\n`, `closed ${'x'.repeat(1_999)}\n`],
  'the end of the connection within a line': [`${ok}\r\na 1\r\nb 12`, 'cut_short'],
  'an extension without end': [`${ok}Transfer-Encoding: chunked\r\n\r\n3;${'x'.repeat(17_000)}`, 'head_too_large'],
  'trailers without end': [`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n${'A: b\r\n'.repeat(3_000)}`, 'head_too_large'],
}

describe('an answer with', () => {
  it.each(Object.entries(cases))('%s', (_, [answer, expected]) => {
    const bytes = Buffer.from(answer, 'latin1')
    expect(outcome([bytes])).toBe(expected)
    expect(outcome(Array.from(bytes, (byte) => Buffer.of(byte)))).toBe(expected)
    for (let at = 0; at <= Math.min(bytes.length, 400); at++) expect(outcome([bytes.subarray(0, at), bytes.subarray(at)])).toBe(expected)
  })
})

describe('wherever the network cuts it', () => {
  const real = readFileSync('test/fixtures/v1.40.0-plain/bookbuyer-osm-filter.prom', 'latin1')

  it('a real page comes out byte for byte', () => {
    const answer = Buffer.from(chunked(real, 4_096), 'latin1')
    for (const size of [1, 2, 3, 7, 1_000, 65_536]) {
      const pieces = Array.from({ length: Math.ceil(answer.length / size) }, (_, i) => answer.subarray(i * size, (i + 1) * size))
      expect(outcome(pieces, 1e6)).toBe(`kept ${real}`)
    }
  })

  it('any body comes out the same', () => {
    const cuts = fc.array(fc.nat(3_000), { maxLength: 8 })
    const bodies = fc.string({ maxLength: 1_500 }).map((text) => Buffer.from(text).toString('latin1'))
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 600 }), cuts, (body, size, places) => {
        for (const answer of [chunked(body, size), page(body).replace(/Content-Length: \d+/, `Content-Length: ${body.length}`)]) {
          const bytes = Buffer.from(answer, 'latin1')
          const bounds = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length]
          const pieces = bounds.slice(1).map((bound, i) => bytes.subarray(bounds[i], bound))
          expect(outcome(pieces, 1e6)).toBe(`kept ${body}`)
        }
      }),
    )
  })

  it('any garbage ends in one and the same problem', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), bytes])),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from(`${ok}Transfer-Encoding: chunked\r\n\r\n`), bytes])),
    )
    fc.assert(
      fc.property(garbage, fc.nat(260), (bytes, cut) => {
        expect(outcome([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(outcome([bytes]))
      }),
      { numRuns: 2_000 },
    )
  })
})

it('a page buffer grows with what arrives, not with what is announced', () => {
  const buffer = new PageBuffer(64 * 2 ** 20)
  const reader = new ResponseReader(() => buffer)
  const head = Buffer.from(`${ok}Content-Length: 60000000\r\n\r\nabc`)
  expect(reader.push(head, head.length)).toBe(false)
  expect(buffer.capacity).toBeLessThan(100_000)
})
