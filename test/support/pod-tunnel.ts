import { createHash } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Source: RFC 6455, section 1.3. */
const handshake = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const binary = 2
const close = 8

/**
 * Lets an API server forward ports of pods as a real one does, over a WebSocket: channel 0 is the data, channel 1 the errors, and each begins with
 * the port. Source: Kubernetes, `pods/portforward` with the protocol `v4.channel.k8s.io`.
 *
 * @param portOf where a pod's port is on this machine; `undefined` when nobody listens there
 * @param refused what a port that leads nowhere is answered
 */
export function tunnelTo(server: Server, portOf: (path: string, port: number) => number | undefined, refused = () => 500): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const url = new URL(request.url ?? '', 'http://there')
    const port = Number(url.searchParams.get('ports'))
    const there = portOf(url.pathname, port)
    if (there === undefined) return void socket.end(`HTTP/1.1 ${refused()} Refused\r\ncontent-length: 0\r\n\r\n`)
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${handshake}`).digest('base64')
    const lines = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade', `sec-websocket-accept: ${accept}`]
    socket.write(`${[...lines, 'sec-websocket-protocol: v4.channel.k8s.io'].join('\r\n')}\r\n\r\n`)
    for (const channel of [0, 1]) socket.write(frame(Buffer.from([channel, port & 0xff, port >> 8])))
    carry(socket, connect(there, '127.0.0.1'))
  })
}

function carry(socket: Duplex, pod: Socket): void {
  let waiting = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk])
    for (let read = unframed(waiting); read; read = unframed(waiting)) {
      waiting = waiting.subarray(read.length)
      if (read.opcode === close) socket.end()
      else if (read.opcode === binary) pod.write(read.payload.subarray(1))
    }
  })
  pod.on('data', (chunk) => socket.write(frame(Buffer.concat([Buffer.from([0]), chunk]))))
  pod.on('close', () => socket.end())
  socket.on('close', () => pod.destroy())
  for (const stream of [pod, socket]) stream.on('error', () => stream.destroy())
}

function frame(payload: Buffer): Buffer {
  const short = payload.length < 126
  const head = Buffer.from([0x80 | binary, short ? payload.length : 126, ...(short ? [] : [payload.length >> 8, payload.length & 0xff])])
  return Buffer.concat([head, payload])
}

/** The first frame of what a client sent, which is always masked; `undefined` until all of it is there. */
function unframed(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | undefined {
  if (bytes.length < 6) return undefined
  const short = (bytes[1] ?? 0) & 0x7f
  const at = short < 126 ? 2 : 4
  const size = short < 126 ? short : bytes.readUInt16BE(2)
  const length = at + 4 + size
  if (bytes.length < length) return undefined
  const mask = bytes.subarray(at, at + 4)
  const payload = bytes.subarray(at + 4, length).map((byte, i) => byte ^ (mask[i % 4] ?? 0))
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: Buffer.from(payload), length }
}
