import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** One request as a scripted server sees it. */
export interface Asked {
  readonly head: string
  /** Path and query. */
  readonly path: string
  readonly socket: Socket
  /** Counts from 1, over all connections. */
  readonly number: number
  /** Counts from 1. */
  readonly connection: number
}

/** A server of bytes: it says whatever the script writes into the socket. */
export class Wire {
  readonly requests: string[] = []
  readonly paths: string[] = []
  connections = 0
  readonly #sockets = new Set<Socket>()
  readonly #server: Server

  constructor(script: (asked: Asked) => void) {
    this.#server = createServer((socket) => {
      const connection = ++this.connections
      this.#sockets.add(socket)
      let text = ''
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {})
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
        for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
          const head = text.slice(0, end)
          text = text.slice(end + 4)
          const path = head.split(' ')[1] ?? ''
          this.requests.push(head)
          this.paths.push(path)
          script({ head, path, socket, number: this.requests.length, connection })
        }
      })
    })
  }

  get open(): number {
    return this.#sockets.size
  }

  async listen(host = '127.0.0.1'): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, host, resolve))
    const address = this.#server.address()
    return new URL(`http://${host}:${typeof address === 'object' ? address?.port : 0}/stats/prometheus`)
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  /** Closes what is open now, as a server does that restarts; new connections are taken. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** A good answer with a length. */
export const page = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** The same body in chunks of `size` bytes. */
export function chunked(body: string, size = 1000): string {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=UTF-8\r\ntransfer-encoding: chunked\r\n\r\n'
  let text = head
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size)
    text += `${part.length.toString(16)}\r\n${part}\r\n`
  }
  return `${text}0\r\n\r\n`
}

/** Lets sockets do their work until something holds; time of a fake clock stands still meanwhile. */
export async function until(holds: () => boolean, what = 'it'): Promise<void> {
  const end = performance.now() + 20_000
  for (let turn = 0; !holds(); turn++) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await pause(turn < 50 ? 0 : 2)
  }
}
