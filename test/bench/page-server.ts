import { createServer } from 'node:net'
import { addressOf, pagesOf, port } from './pages.ts'

// usage: page-server.ts TARGETS CLUSTERS; forked by page-server-process.ts. Says 'ready', and answers any message with what it has sent so far.
// The answers are rendered beforehand and shared by all targets, so that serving costs little beside reading.

const [targets = 0, clusters = 0] = process.argv.slice(2).map(Number)
/** What was sent since the start. */
export interface Sent {
  readonly bytes: number
  readonly pages: number
  /** Pages by target. */
  readonly served: readonly number[]
}

const chunkBytes = 32 * 1024
const pagesBeforeRest = 24
let bytes = 0
const served = Array.from({ length: targets }, () => 0)

const whole = answers(false)
const filtered = answers(true)

for (let n = 0; n < targets; n++) {
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (request) => {
      if (!request.includes('\r\n\r\n')) return
      const list = request.includes('filter=') ? filtered : whole
      const before = served[n] ?? 0
      const answer = list[Math.min(before, list.length - 1)]
      if (!answer) return
      served[n] = before + 1
      bytes += answer.length
      socket.write(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen({ port, host: addressOf(n) }, resolve))
}
process.on('message', () => process.send?.({ bytes, pages: served.reduce((sum, count) => sum + count, 0), served } satisfies Sent))
process.on('disconnect', () => process.exit())
process.send?.('ready')

/** As Envoy sends a page: chunked, without a length. */
function answers(isFiltered: boolean): readonly Buffer[] {
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=UTF-8\r\ncache-control: no-cache, max-age=0\r\ntransfer-encoding: chunked\r\n\r\n'
  return pagesOf({ clusters, pages: pagesBeforeRest, filtered: isFiltered }).map((text) => {
    const body = Buffer.from(text)
    const parts: Buffer[] = [Buffer.from(head)]
    for (let at = 0; at < body.length; at += chunkBytes) {
      const chunk = body.subarray(at, at + chunkBytes)
      parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
    }
    return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
  })
}
