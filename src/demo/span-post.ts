import { Agent, request } from 'node:http'
import type { Pod } from './pod.ts'

/** So long Envoy waits for the answer to a report. */
const withinMs = 5_000

/** Posts reports as sidecars do: from the pod's own address, chunked, under the name of Envoy's cluster, each once. */
export class SpanPost {
  readonly #url: URL
  readonly #agent = new Agent({ keepAlive: true })

  /** @param url where spans are taken, `http://127.0.0.1:9411/api/v2/spans` */
  constructor(url: URL) {
    this.#url = url
  }

  /** Resolves with the status of the answer, `undefined` where none came within five seconds. */
  post({ address }: Pod, body: string): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    const own = address?.host
    const sending = request(this.#url, {
      method: 'POST',
      agent: this.#agent,
      signal: AbortSignal.timeout(withinMs),
      ...(own !== undefined && { localAddress: own }),
      headers: {
        host: 'envoy-tracing-cluster',
        'content-type': 'application/json',
        'x-envoy-internal': 'true',
        'x-forwarded-for': own ?? '',
        'x-envoy-expected-rq-timeout-ms': String(withinMs),
        'transfer-encoding': 'chunked',
      },
    })
    sending.on('error', () => resolve(undefined))
    sending.once('response', (response) => {
      response.on('error', () => {}) // an answer that breaks off after its head is an answer
      response.resume()
      resolve(response.statusCode)
    })
    sending.end(body)
    return promise
  }

  /** Ends all connections; what is on its way counts as not answered. */
  close(): void {
    this.#agent.destroy()
  }
}
