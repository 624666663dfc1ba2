import type { Chunk } from '../../model/chunk.ts'
import type { Destination } from '../destination.ts'
import { withPath } from './endpoint.ts'
import { arrayOf } from './lines.ts'
import type { ZipkinOptions } from './options.ts'
import { post } from './post.ts'
import { verdictOn } from './verdict.ts'

/** Spans as they came, to Zipkin, to Jaeger, to an OpenTelemetry Collector: what shared ids mean is theirs to know. */
export class Zipkin implements Destination {
  readonly name = 'zipkin'
  readonly kind = 'spans'
  readonly #options: ZipkinOptions
  readonly #url: URL
  #isAnswering = true

  /** @param options with an absolute path of the token's file */
  constructor(options: ZipkinOptions) {
    this.#options = options
    this.#url = withPath(options.endpoint, '/api/v2/spans')
  }

  async send(chunk: Chunk, signal: AbortSignal): Promise<void> {
    // What went unanswered may still be taken, by a server that wakes up: it is not repeated before another request is answered.
    if (!this.#isAnswering) await this.probe(signal)
    await this.#post(arrayOf(chunk), signal)
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.#post('[]', signal)
  }

  async close(): Promise<void> {}

  async #post(body: string, signal: AbortSignal): Promise<void> {
    this.#isAnswering = false
    const answer = await post({ ...this.#options, url: this.#url, contentType: 'application/json', body }, signal)
    this.#isAnswering = true
    if (answer.status < 200 || answer.status >= 300) throw verdictOn(answer)
  }
}
