import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { hash } from 'node:crypto'
import type { Chunk } from '../../model/chunk.ts'
import { DeliveryProblem, type Destination, type Loss } from '../destination.ts'
import { withPath } from './endpoint.ts'
import { JaegerExporters } from './jaeger-exporters.ts'
import { readSpans } from './lines.ts'
import type { JaegerOptions } from './options.ts'
import { post } from './post.ts'
import { verdictOn } from './verdict.ts'

/** What became of the parts of a chunk, until all are done with. */
interface Progress {
  readonly chunk: string
  readonly done: Set<string>
  /** Were too large as a whole. */
  readonly halved: Set<string>
  readonly losses: Loss[]
}

/**
 * Spans as Jaeger's Thrift over HTTP, which every Jaeger since 2017 takes: one request per service, since the exporter knows one service name only. When the
 * server fails between two of them, the chunk comes again, and those that have arrived are passed over; only after a restart are they repeated.
 */
export class Jaeger implements Destination {
  readonly name = 'jaeger'
  readonly kind = 'spans'
  readonly #url: URL
  readonly #timeout: number
  readonly #exporters: JaegerExporters
  #progress: Progress | undefined
  #isReachable = false

  constructor({ endpoint, timeout }: JaegerOptions) {
    this.#url = withPath(endpoint, '/api/traces')
    this.#timeout = timeout
    this.#exporters = new JaegerExporters(this.#url, timeout)
  }

  async send(chunk: Chunk, signal: AbortSignal): Promise<readonly Loss[]> {
    if (!this.#isReachable) await this.probe(signal)
    const { spans, losses } = readSpans(chunk)
    const progress = this.#progressOf(chunk)
    for (const [service, group] of Map.groupBy(spans, serviceOf)) {
      await this.#export({ service, path: '', group }, { progress, signal })
    }
    this.#progress = undefined
    return [...losses, ...progress.losses]
  }

  /**
   * Says what the exporter hides: it takes redirects for success, and knows nothing of Retry-After. So an empty request goes first, at the start and after each
   * failure; Jaeger finds fault with its body (400), which shows that it is the right place.
   */
  async probe(signal: AbortSignal): Promise<void> {
    const empty = { contentType: 'application/x-thrift', body: '', gzip: false, headers: {} }
    const answer = await post({ ...empty, url: this.#url, timeout: this.#timeout }, signal)
    const isThere = answer.status === 400 || (answer.status >= 200 && answer.status < 300)
    if (!isThere) throw verdictOn(answer)
    this.#isReachable = true
  }

  async close(): Promise<void> {
    await this.#exporters.close()
  }

  async #export(part: Part, sending: Sending): Promise<void> {
    const { service, path, group } = part
    const { done, halved, losses } = sending.progress
    const key = `${path} ${service}`
    if (done.has(key)) return
    if (halved.has(key)) return this.#exportHalves(part, sending)
    try {
      await this.#exporters.export(service, group, sending.signal)
    } catch (error) {
      this.#isReachable = false
      if (!(error instanceof DeliveryProblem) || error.kind.retryable) throw error
      // Where nothing has arrived yet the chunk can be halved as a whole; else that would bring again what has.
      if (error.isTooLarge && done.size === 0) throw error
      if (error.isTooLarge && group.length > 1) {
        halved.add(key)
        return this.#exportHalves(part, sending)
      }
      // What these spans alone are refused for must not take the other services' with it.
      losses.push({ kind: error.kind, count: group.length, message: error.message })
    }
    done.add(key)
  }

  async #exportHalves({ service, path, group }: Part, sending: Sending): Promise<void> {
    const middle = Math.ceil(group.length / 2)
    await this.#export({ service, path: `${path}0`, group: group.slice(0, middle) }, sending)
    await this.#export({ service, path: `${path}1`, group: group.slice(middle) }, sending)
  }

  #progressOf({ body }: Chunk): Progress {
    const chunk = hash('sha1', body)
    if (this.#progress?.chunk !== chunk) this.#progress = { chunk, done: new Set(), halved: new Set(), losses: [] }
    return this.#progress
  }
}

/** Spans of one service. */
interface Part {
  readonly service: string
  /** Which half of which half it is, in zeros and ones; empty for all of them. */
  readonly path: string
  readonly group: readonly ReadableSpan[]
}

interface Sending {
  readonly progress: Progress
  readonly signal: AbortSignal
}

const serviceOf = ({ resource }: ReadableSpan) => String(resource.attributes['service.name'] ?? '')
