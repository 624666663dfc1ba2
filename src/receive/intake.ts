import type { ReceiverFigures } from '../model/figures.ts'
import type { SpanBatch, SpanSink } from '../model/span.ts'
import type { Clock } from '../runtime/clock.ts'
import { legible } from '../runtime/legible.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { Allowance } from './allowance.ts'
import { batchOf, outlineOf, type Refusal } from './batch.ts'
import type { TracesOptions } from './options.ts'
import { Rate } from './rate.ts'
import { RefusedRequest } from './refused-request.ts'
import { receiveEvents, receiveMetrics } from './telemetry.ts'

const tellAgainMs = 60_000
/** Several times what a sidecar's span has. More than that of a body costs what so many spans do, however few they are. */
const bytesPerSpan = 4_096
const retryAfterMs = 1_000

export interface IntakeContext {
  readonly sink: SpanSink
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** `unreadable`: the body as a whole, of which nobody knows how many spans it had. */
type Reason = Refusal | 'too_fast' | 'no_room' | 'unreadable'

/** What becomes of a body: spans for the sink, or a reason for its sender. Everything is counted. */
export class Intake {
  readonly #context: IntakeContext
  readonly #allowance: Allowance
  readonly #rate: Rate
  readonly #refused = new Map<Reason, number>()
  readonly #refusedRequests = new Map<string, number>()
  readonly #toldMs = new Map<Reason, number>()
  #received = 0
  #accepted = 0

  constructor({ spansPerSecond }: Pick<TracesOptions, 'spansPerSecond'>, context: IntakeContext) {
    this.#context = context
    this.#allowance = new Allowance(spansPerSecond, context.clock)
    this.#rate = new Rate(context.clock)
  }

  get figures(): Omit<ReceiverFigures, 'url' | 'paths' | 'sampledOut'> {
    return {
      spansPerSecond: this.#rate.perSecond,
      received: this.#received,
      accepted: this.#accepted,
      refused: Object.fromEntries(this.#refused),
      refusedRequests: Object.fromEntries(this.#refusedRequests),
    }
  }

  /** One request has had its answer. */
  answered(statusCode: number): void {
    const status = String(statusCode)
    this.#context.telemetry.metrics.count(receiveMetrics.requests, { status })
    if (statusCode >= 400) this.#refusedRequests.set(status, (this.#refusedRequests.get(status) ?? 0) + 1)
  }

  /** Before anything of a body is read. @throws {RefusedRequest} while spans come too fast */
  admit(senderAddress: string): void {
    const { waitMs } = this.#allowance
    if (waitMs === 0) return
    this.#tell('too_fast', { sender: senderAddress })
    throw tooFast(waitMs)
  }

  /** So much was read for nothing: it counts against what is taken in a second. */
  charge(bytes: number): void {
    this.#allowance.take(Math.ceil(bytes / bytesPerSpan))
  }

  /** @throws {RefusedRequest} where nothing of it is taken */
  take(body: Buffer, senderAddress: string): void {
    const outline = this.#readable(body, { read: () => outlineOf(body), senderAddress })
    const { length } = outline.elements
    if (!this.#allowance.take(Math.max(length, Math.ceil(body.length / bytesPerSpan)))) {
      this.#came(length)
      this.#refuse('too_fast', length, senderAddress)
      throw tooFast(this.#allowance.waitMs)
    }
    const { spans, refused } = this.#readable(body, { read: () => batchOf(outline), senderAddress })
    this.#came(spans.length + [...refused.values()].reduce((sum, count) => sum + count, 0))
    for (const [reason, count] of refused) this.#refuse(reason, count, senderAddress)
    if (spans.length > 0) this.#pass({ spans, senderAddress })
    else if (refused.size > 0) throw new RefusedRequest(400, `None of these spans can be taken: ${[...refused.keys()].join(', ')}.`)
  }

  #pass(batch: SpanBatch): void {
    const { sink, telemetry } = this.#context
    const count = batch.spans.length
    if (!sink.spans(batch)) {
      this.#refuse('no_room', count, batch.senderAddress)
      throw new RefusedRequest(503, 'More spans wait to be committed than may.', { retryAfterMs })
    }
    this.#accepted += count
    telemetry.metrics.count(receiveMetrics.accepted, {}, count)
  }

  #readable<T>(body: Buffer, { read, senderAddress }: { readonly read: () => T; readonly senderAddress: string }): T {
    try {
      return read()
    } catch (error) {
      this.charge(body.length)
      if (error instanceof RefusedRequest) this.#tell('unreadable', { sender: senderAddress, error: error.message })
      throw error
    }
  }

  #came(count: number): void {
    this.#received += count
    this.#rate.add(count)
    this.#context.telemetry.metrics.count(receiveMetrics.received, {}, count)
  }

  #refuse(reason: Reason, count: number, senderAddress: string): void {
    const all = (this.#refused.get(reason) ?? 0) + count
    this.#refused.set(reason, all)
    this.#context.telemetry.metrics.count(receiveMetrics.refused, { reason }, count)
    this.#tell(reason, { sender: senderAddress, spans: count, allOfThem: all })
  }

  #tell(reason: Reason, fields: Readonly<Record<string, unknown>> & { readonly sender: string }): void {
    const { clock, telemetry } = this.#context
    const nowMs = clock.monotonicMs()
    if (nowMs - (this.#toldMs.get(reason) ?? -Infinity) < tellAgainMs) return
    this.#toldMs.set(reason, nowMs)
    telemetry.emit(receiveEvents.refused, { reason, ...fields, sender: legible(fields.sender) })
  }
}

const tooFast = (waitMs: number) =>
  new RefusedRequest(429, 'Spans come faster than they are taken (traces.spansPerSecond).', { retryAfterMs: waitMs })
