import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PrintingPod } from './pods.ts'

/** Lets every pod print its page on an address of its own, whatever query it is asked with. */
export class PageServers implements AsyncDisposable {
  readonly #servers: Server[] = []

  /** @returns `address:port` by pod, in the pods' order */
  async serve(pods: readonly PrintingPod[]): Promise<string[]> {
    const addresses: string[] = []
    for (const [i, { path, page }] of pods.entries()) {
      const server = createServer((request, response) => {
        if (request.url?.split('?')[0] !== path) response.writeHead(404)
        response.end(request.url?.split('?')[0] === path ? page : '')
      })
      const host = `127.41.0.${i + 1}`
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
      this.#servers.push(server)
      addresses.push(`${host}:${(server.address() as AddressInfo).port}`)
    }
    return addresses
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        server.closeAllConnections()
        return new Promise((resolve) => server.close(resolve))
      }),
    )
  }
}
