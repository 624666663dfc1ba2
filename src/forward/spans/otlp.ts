import type { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Chunk } from '../../model/chunk.ts'
import { legible } from '../../runtime/legible.ts'
import { DeliveryProblem, type Destination, type Loss } from '../destination.ts'
import { endingWith } from './endpoint.ts'
import { readSpans } from './lines.ts'
import type { OtlpOptions } from './options.ts'
import { type Answer, post } from './post.ts'
import { spanProblems } from './problems.ts'
import { verdictOn } from './verdict.ts'

type Serializer = typeof ProtobufTraceSerializer

const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const

/** Of the statuses from 500 on those that may be repeated. Source: OpenTelemetry Protocol specification, "OTLP/HTTP Response". */
const passing = new Set([502, 503, 504])

/** Spans by OTLP over HTTP, with one resource per service. The library that writes the format is loaded here alone. */
export class Otlp implements Destination {
  readonly name = 'otlp'
  readonly kind = 'spans'
  readonly #options: OtlpOptions
  readonly #url: URL
  #isAnswering = true

  /** @param options with an absolute path of the token's file */
  constructor(options: OtlpOptions) {
    this.#options = options
    this.#url = endingWith(options.endpoint, '/v1/traces')
  }

  /** @returns what the server says that it will not keep, and what was no span */
  async send(chunk: Chunk, signal: AbortSignal): Promise<readonly Loss[]> {
    // What went unanswered may still be taken, by a server that wakes up: it is not repeated before another request is answered.
    if (!this.#isAnswering) await this.probe(signal)
    const { spans, losses } = readSpans(chunk)
    if (spans.length === 0) return losses
    return [...losses, ...(await this.#post(spans, signal))]
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.#post([], signal)
  }

  async close(): Promise<void> {}

  async #post(spans: readonly ReadableSpan[], signal: AbortSignal): Promise<readonly Loss[]> {
    const { encoding } = this.#options
    const serializer = await serializerOf(encoding)
    const body = serializer.serializeRequest([...spans])
    if (!body) throw new DeliveryProblem(spanProblems.spans_refused, 'Nothing can be made of these spans.')
    this.#isAnswering = false
    const answer = await post({ ...this.#options, url: this.#url, contentType: contentTypes[encoding], body }, signal)
    this.#isAnswering = true
    if (answer.status < 200 || answer.status >= 300) throw verdictOn(answer, (status) => passing.has(status))
    return rejectedBy(answer, serializer, spans.length)
  }
}

async function serializerOf(encoding: OtlpOptions['encoding']): Promise<Serializer> {
  const library = await import('@opentelemetry/otlp-transformer')
  return encoding === 'json' ? library.JsonTraceSerializer : library.ProtobufTraceSerializer
}

/** A success may have kept only a part. What is not to be repeated is told instead. */
function rejectedBy({ body }: Answer, serializer: Serializer, sent: number): readonly Loss[] {
  const { rejectedSpans = 0, errorMessage = '' } = partialSuccessOf(body, serializer)
  const count = Math.min(Number(rejectedSpans), sent) // JSON has large numbers as text
  if (!(count > 0)) return []
  return [{ kind: spanProblems.spans_rejected, count, message: legible(errorMessage, 300) }]
}

function partialSuccessOf(body: Uint8Array, serializer: Serializer) {
  try {
    return serializer.deserializeResponse(body).partialSuccess ?? {}
  } catch {
    return {} // who answers 200 has them, whatever else was said
  }
}
