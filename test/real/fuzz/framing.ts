import fc from 'fast-check'
import { requirePage } from '../../../src/scrape/answer.ts'
import { PageBuffer } from '../../../src/scrape/buffers.ts'
import { ResponseReader } from '../../../src/scrape/framing.ts'
import { chunked, page } from '../../scrape/support/wire.ts'
import { mutated } from './mutations.ts'
import { outcome, same } from './outcome.ts'

const bodyLimitBytes = 4_000
const live = 'envoy_server_live{} 1\n'

/** What becomes of an answer that comes in pieces, after which the connection is closed. */
function answered(pieces: readonly Buffer[]): string {
  return outcome(() => {
    const reader = new ResponseReader((head) => {
      requirePage(head)
      return new PageBuffer(bodyLimitBytes)
    })
    for (const piece of pieces) reader.push(piece, piece.length)
    reader.end()
    if ((reader.body?.length ?? 0) > bodyLimitBytes) throw new Error('the body is larger than its limit')
    return `body ${reader.body?.view().toString('latin1')}`
  })
}

const answers = [
  page(live.repeat(20)),
  chunked(live.repeat(20), 50),
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n${live}`,
  `HTTP/1.1 103 Early Hints\r\n\r\n${page(live)}`,
  chunked(live, 9).replace('0\r\n\r\n', '0;x=y\r\nA: b\r\n\r\n'),
].map((text) => Buffer.from(text))
const headWords = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  ':',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  '0\r\n\r\n',
  'ffffffff',
]

/** An answer is the same, or the same problem, wherever the network cuts it. */
export const framing = fc.property(mutated(answers, headWords), fc.array(fc.nat(2_000), { maxLength: 6 }), (answer, places) => {
  const bounds = [0, ...places.map((place) => Math.min(place, answer.length)).sort((a, b) => a - b), answer.length]
  const pieces = bounds.slice(1).map((bound, index) => answer.subarray(bounds[index], bound))
  const whole = answered([answer])
  same(answered(pieces), whole, 'in pieces')
  if (answer.length < 600) same(answered(Array.from(answer, (byte) => Buffer.of(byte))), whole, 'byte by byte')
})
