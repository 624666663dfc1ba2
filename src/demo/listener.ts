import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Address } from './pod.ts'

/** What is said to a GET. */
export interface Answer {
  readonly status: 200 | 400 | 404
  readonly body: string
}

/** Blocks of loopback addresses, tried in this order: someone else may listen on the same port. */
export const defaultHosts: readonly string[] = ['127.40.0', '127.41.0', '127.42.0', '127.43.0']

const chunkLength = 16_384

/** One pod's open port. */
export interface Listener {
  readonly address: Address
  /** Drops all connections, as a process does that ends; new ones are accepted. */
  hangUp(): void
  close(): Promise<void>
}

/**
 * Listens for one pod on an address of its own; where the platform has only one loopback address, or every block is taken, on a port of its own.
 *
 * @param wanted the blocks (`127.40.0`), the pod's number within the block (1 to 254) and the port to listen on
 */
export async function listen(
  wanted: { readonly hosts: readonly string[]; readonly number: number; readonly port: number },
  answer: (target: string) => Answer,
): Promise<Listener> {
  for (const block of wanted.hosts) {
    const address = { host: `${block}.${wanted.number}`, port: wanted.port }
    const server = await bind(address, answer).catch(() => undefined)
    if (server) return listener(server, address)
  }
  const server = await bind({ host: '127.0.0.1', port: 0 }, answer)
  const bound = server.address()
  return listener(server, { host: '127.0.0.1', port: bound && typeof bound === 'object' ? bound.port : 0 })
}

function bind({ host, port }: Address, answer: (target: string) => Answer): Promise<Server> {
  const server = createServer((request, response) => respond(request, response, answer))
  const { promise, resolve, reject } = Promise.withResolvers<Server>()
  server.once('error', reject)
  server.listen({ host, port }, () => {
    server.removeListener('error', reject)
    resolve(server)
  })
  return promise
}

function respond(request: IncomingMessage, response: ServerResponse, answer: (target: string) => Answer): void {
  const { status, body } = answer(request.url ?? '/')
  response.writeHead(status, {
    'content-type': 'text/plain; charset=UTF-8',
    'cache-control': 'no-cache, max-age=0',
    server: 'envoy',
    'transfer-encoding': 'chunked', // always, as Envoy does, also for an empty page
  })
  for (let at = 0; at < body.length; at += chunkLength) response.write(body.slice(at, at + chunkLength))
  response.end()
}

function listener(server: Server, address: Address): Listener {
  return {
    address,
    hangUp: () => server.closeAllConnections(),
    close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      return promise
    },
  }
}
