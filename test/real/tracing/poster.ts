import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** As many as an Envoy sends at once. */
const spansPerPost = 5
const pauseMs = 5

export const postersService = 'poster.poster'

/** Posts spans as a sidecar does, a trace each, one request after the other, and remembers which were accepted: in their order. */
export class Poster {
  readonly #address: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #accepted: string[] = []
  #next = 1
  #isPosting = true
  readonly #running: Promise<void>

  constructor(address: string) {
    this.#address = address
    this.#running = this.#run()
  }

  /** Trace ids. */
  get accepted(): readonly string[] {
    return this.#accepted
  }

  async stop(): Promise<void> {
    this.#isPosting = false
    await this.#running
    this.#agent.destroy()
  }

  async #run(): Promise<void> {
    while (this.#isPosting) {
      const ids = Array.from({ length: spansPerPost }, () => (this.#next++).toString(16).padStart(16, '0'))
      if ((await this.#post(ids)) === 202) this.#accepted.push(...ids)
      await pause(pauseMs)
    }
  }

  /** @returns the status; 0 where there was no answer */
  #post(ids: readonly string[]): Promise<number> {
    const options = { agent: this.#agent, method: 'POST', headers: { 'content-type': 'application/json' } }
    return new Promise((resolve) => {
      const posting = request(`http://${this.#address}/api/v2/spans`, options, (answer) => {
        answer.resume().on('error', () => {})
        resolve(answer.statusCode ?? 0)
      })
      posting.on('error', () => resolve(0))
      posting.write('') // without a length: chunked
      posting.end(JSON.stringify(ids.map(spanOf)))
    })
  }
}

const spanOf = (id: string) => ({
  traceId: id,
  id,
  name: 'poster.poster:14001',
  kind: 'CLIENT',
  timestamp: Date.now() * 1e3,
  duration: 1_000,
  localEndpoint: { serviceName: postersService, ipv4: '127.16.0.9', port: 0 },
  tags: { component: 'proxy', 'http.status_code': '200', response_flags: '-', upstream_cluster: 'poster/poster|14001' },
})
