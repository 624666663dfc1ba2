import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

/** What the backend does to a request when it is in trouble, instead of its usual answer. */
export type Reaction =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Uint8Array }
  /** No answer ever comes. */
  | 'silence'
  /** The connection goes instead of an answer. */
  | 'cut'

export interface HeardSpans {
  readonly path: string
  readonly headers: Readonly<IncomingMessage['headers']>
  /** Inflated. */
  readonly body: Buffer
}

/** Somewhere that spans are sent to, by whichever protocol: what comes is kept as it is, and answered as Jaeger answers. */
export class TracingBackend implements AsyncDisposable {
  readonly heard: HeardSpans[] = []
  react: (request: HeardSpans) => Reaction | undefined = () => undefined
  readonly #server = createServer((request, response) => void this.#answer(request, response).catch(() => request.socket.destroy()))

  static async start(): Promise<TracingBackend> {
    const backend = new TracingBackend()
    await once(backend.#server.listen(0, '127.0.0.1'), 'listening')
    return backend
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Requests that brought something, without those that only asked whether it would be taken. */
  get brought(): readonly HeardSpans[] {
    return this.heard.filter(({ body }) => body.length > 0 && !['[]', '{"resourceSpans":[]}'].includes(body.toString()))
  }

  /** How many requests hold this span id, as text or as bytes. */
  timesHeard(spanId: string): number {
    return this.brought.filter(({ body }) => body.includes(Buffer.from(spanId, 'hex')) || body.includes(`"${spanId}"`)).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await buffer(request)
    const { url: path = '', headers } = request
    const heard = { path, headers, body: headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent }
    this.heard.push(heard)
    const reaction = this.react(heard) ?? usual(heard)
    if (reaction === 'silence') return
    if (reaction === 'cut') return void request.socket.destroy()
    response.writeHead(reaction.status, reaction.headers).end(reaction.body)
  }
}

function usual({ headers, body }: HeardSpans): Reaction {
  if (headers['content-type'] !== 'application/x-thrift') return { status: 202 }
  return body.length === 0 ? { status: 400, body: 'Unable to process request body: EOF' } : { status: 202 }
}
