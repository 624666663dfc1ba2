import { ChunkWriter } from './model/chunk-writer.ts'
import type { Chunk } from './model/chunk.ts'
import type { Span, SpanBatch, SpanSink, SpanText } from './model/span.ts'
import type { PodIdentity } from './model/target.ts'
import type { TracesOptions } from './receive/options.ts'
import { Redaction } from './receive/redaction.ts'
import { Repairer } from './receive/repair/repairer.ts'
import { samplerOf } from './receive/sampling.ts'
import { receiveMetrics } from './receive/telemetry.ts'
import type { Clock } from './runtime/clock.ts'
import type { Telemetry } from './telemetry/events.ts'

/** What may wait for a commit: two seconds and more of as many spans as are taken in one by default. */
const mostWaitingBytes = 32 * 2 ** 20

/** What is sent at once: Jaeger 1 has room for 2,000 spans that wait, and drops what is more with the same answer (measured with 1.48). */
const mostSpansOfChunk = 500

export interface SpanPipelineContext {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** Whether any destination takes spans; without one they are shown only. */
  readonly areTaken: boolean
  /** Shows them. */
  readonly show: (spans: readonly SpanText[]) => void
}

/** The way of a span: receive → sample → repair → redact → commit and show. Only what is sampled is mended, and nothing that is to be hidden is kept. */
export class SpanPipeline implements SpanSink {
  readonly #context: SpanPipelineContext
  readonly #isKept: (span: Span) => boolean
  readonly #repairer: Repairer
  readonly #redaction: Redaction
  readonly #writer: ChunkWriter
  #waiting: Chunk[] = []
  #waitingBytes = 0
  #sampledOut = 0

  constructor(options: TracesOptions, context: SpanPipelineContext) {
    this.#context = context
    this.#isKept = samplerOf(options)
    this.#repairer = new Repairer(options.repair, context)
    this.#redaction = new Redaction(options.redact, context.telemetry)
    this.#writer = new ChunkWriter('spans', () => context.clock.wallMs(), { lines: mostSpansOfChunk })
  }

  /** All pods that there are. */
  know(pods: readonly PodIdentity[]): void {
    this.#repairer.know(pods)
  }

  spans({ spans, senderAddress }: SpanBatch): boolean {
    if (this.#waitingBytes >= mostWaitingBytes) return false
    const sampled = spans.filter(({ span }) => this.#isKept(span))
    this.#leaveOut(spans.length - sampled.length)
    const whole = this.#repairer.repair({ spans: sampled, senderAddress }).map((one) => this.#redaction.redact(one))
    this.#context.show(whole)
    if (this.#context.areTaken) for (const { text } of whole) this.#write(`${text}\n`)
    return true
  }

  /** What has come since the last call, for the commit that is made now. */
  take(): readonly Chunk[] {
    const last = this.#writer.end()
    const chunks = last ? [...this.#waiting, last] : this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    return chunks
  }

  /** Accepted spans that sampling left out, since the start. */
  get sampledOut(): number {
    return this.#sampledOut
  }

  #leaveOut(count: number): void {
    if (count === 0) return
    this.#sampledOut += count
    this.#context.telemetry.metrics.count(receiveMetrics.sampledOut, {}, count)
  }

  #write(line: string): void {
    const full = this.#writer.add(line)
    if (full === 'too_long') this.#context.telemetry.metrics.count(receiveMetrics.refused, { reason: 'too_long' })
    else this.#waitingBytes += line.length
    if (full && full !== 'too_long') this.#waiting.push(full)
  }
}
