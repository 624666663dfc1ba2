import { createServer } from 'node:net'
import { addressOf, pagesOf, port } from './pages.ts'

// usage: page-server.ts TARGETS CLUSTERS PAGES; forked by page-server-process.ts. Says 'ready', and answers any message with what it has sent so far.
// The answers are rendered beforehand and shared by all targets, so that serving costs little beside reading.

const [targets = 0, clusters = 0, pages = 0] = process.argv.slice(2).map(Number)
/** What was sent since the start. */
export interface Sent {
  readonly bytes: number
  readonly pages: number
  /** Pages by target. */
  readonly served: readonly number[]
}

/** Envoy 1.40 passes a page of 330 kB on in one to six parts, so that a reader who is at once woken reads two to six times; the first is this large. */
const chunkBytes = 60 * 1024
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
      for (const part of answer) {
        bytes += part.length
        socket.write(part)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen({ port, host: addressOf(n) }, resolve))
}
process.on('message', () => process.send?.({ bytes, pages: served.reduce((sum, count) => sum + count, 0), served } satisfies Sent))
process.on('disconnect', () => process.exit())
process.send?.('ready')

/** As Envoy sends a page: chunked, without a length, and each chunk by itself. */
function answers(isFiltered: boolean): readonly (readonly Buffer[])[] {
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=UTF-8\r\ncache-control: no-cache, max-age=0\r\ntransfer-encoding: chunked\r\n\r\n'
  return pagesOf({ clusters, pages, filtered: isFiltered }).map((text) => {
    const body = Buffer.from(text)
    const chunks = Array.from({ length: Math.ceil(body.length / chunkBytes) }, (_, i) =>
      body.subarray(i * chunkBytes, (i + 1) * chunkBytes),
    )
    return chunks.map((chunk, i) =>
      Buffer.concat([
        Buffer.from(`${i === 0 ? head : ''}${chunk.length.toString(16)}\r\n`),
        chunk,
        Buffer.from(i === chunks.length - 1 ? '\r\n0\r\n\r\n' : '\r\n'),
      ]),
    )
  })
}
