import { Agent, createServer, get, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Ledger } from './ledger.ts'
import type { Pod } from './mesh.ts'

/** What an application must pass on so that its calls belong to the trace of the request that they serve. Source: OSM's docs, guides/observability/tracing. */
const traceHeaders = ['x-request-id', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags']

interface Setting {
  readonly ledger: Ledger
  /** The outbound port of its own sidecar; asked for at each call, since that starts later. */
  readonly outboundPort: () => number
}

/**
 * A made-up application behind a sidecar, which passes trace headers on. `/ok` 200, `/missing` 404, `/broken` 500; where it calls somebody, `/buy` asks there for `/ok` and
 * `/sold-out` for `/broken`, and it answers what it was answered.
 */
export class Application {
  readonly #pod: Pod
  readonly #setting: Setting
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 })

  private constructor(pod: Pod, setting: Setting) {
    this.#pod = pod
    this.#setting = setting
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(pod: Pod, setting: Setting): Promise<Application> {
    const application = new Application(pod, setting)
    await once(application.#server.listen(0, pod.ip), 'listening')
    return application
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  close(): void {
    this.#agent.destroy()
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Calls the next pod through its own sidecar, enters the answer in the ledger and resolves to its code; 0 when there was none. */
  call(path: string, cause: IncomingHttpHeaders = {}): Promise<number> {
    const { calls } = this.#pod
    if (calls === undefined) throw new Error(`${this.#pod.name} calls nobody`)
    const passedOn = Object.fromEntries(traceHeaders.flatMap((name) => (cause[name] ? [[name, cause[name]]] : [])))
    const options = {
      host: this.#pod.ip,
      port: this.#setting.outboundPort(),
      path,
      agent: this.#agent,
      headers: { ...passedOn, host: `${calls}.${calls}:14001` },
    }
    const { ledger } = this.#setting
    return new Promise((resolve) => {
      const broke = () => {
        ledger.broken++
        resolve(0)
      }
      get(options, (response) => {
        const code = response.statusCode ?? 0
        response.resume()
        response.on('error', broke)
        response.on('end', () => {
          ledger.answered({ from: this.#pod.name, to: calls, code })
          resolve(code)
        })
      }).on('error', broke)
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://application')
    const code = await this.#decide(pathname, request.headers)
    response.writeHead(code, { 'content-type': 'text/plain' }).end(`${this.#pod.name} ${code}\n`)
  }

  async #decide(path: string, cause: IncomingHttpHeaders): Promise<number> {
    switch (path) {
      case '/missing':
        return 404
      case '/broken':
        return 500
      case '/buy':
        return (await this.call('/ok', cause)) || 502
      case '/sold-out':
        return (await this.call('/broken', cause)) || 502
      default:
        return 200
    }
  }
}
