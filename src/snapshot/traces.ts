import { isFailed, type Span, type SpanText } from '../model/span.ts'
import type { TraceAnswer, TraceFilter, TracesAnswer } from '../model/trace-figures.ts'
import type { Clock } from '../runtime/clock.ts'
import { fnv1a } from '../runtime/hash.ts'
import { type Call, callsOf } from './trace-calls.ts'
import { answerOf, isWanted, newestFirst, summaryOf, type Trace } from './trace-figures.ts'

/** Sidecars send spans up to 5 s after their end. */
const settledAfterMs = 6_000
/** As long a trace is waited for before it may make room. */
const wholeAfterMs = 10_000

const usualBounds = { traces: 200, spansPerTrace: 1_000, bytesPerTrace: 2 ** 20, bytes: 16 * 2 ** 20 }

interface Kept {
  readonly traceId: Span['traceId']
  readonly spans: Map<string, Span>
  /** Worked out when somebody looks, and good until the next span. */
  calls: readonly Call[] | undefined
  bytes: number
  leftOut: number
  isFailed: boolean
  readonly firstMs: number
  lastMs: number
}

/**
 * The last traces, in memory. Whole ones: whose first span finds room stays until its others had time to come; where traces come faster than that, those in
 * between are passed over from their first span to their last. One that failed stays while younger ones go.
 */
export class Traces {
  readonly #clock: Clock
  readonly #bounds: typeof usualBounds
  /** By trace id without leading zeros, whoever came first first. */
  readonly #kept = new Map<string, Kept>()
  readonly #passedOver = new PassedOver()
  #bytes = 0
  /** How many of them failed. */
  #failed = 0

  constructor(clock: Clock, bounds: Partial<typeof usualBounds> = {}) {
    this.#clock = clock
    this.#bounds = { ...usualBounds, ...bounds }
  }

  /** Takes spans in any order; one that came before is no second one. */
  add(spans: readonly SpanText[]): void {
    const nowMs = this.#clock.monotonicMs()
    for (const { span, text } of spans) {
      const trace = this.#traceOf(span, nowMs)
      if (trace) this.#keep(trace, span, text.length)
    }
    for (let next = this.#leaving(); next && this.#bytes > this.#bounds.bytes; next = this.#leaving()) this.#drop(next, nowMs)
  }

  traces(filter: TraceFilter): TracesAnswer {
    const all = [...this.#kept.values()]
      .map((kept) => this.#traceNow(kept))
      .map((trace) => ({ summary: summaryOf(trace), calls: trace.calls }))
    const wanted = all.filter(({ summary, calls }) => isWanted(summary, calls, filter))
    const traces = wanted.map(({ summary }) => summary).sort(newestFirst)
    return { atMs: this.#clock.wallMs(), kept: this.#kept.size, traces: traces.slice(0, filter.limit) }
  }

  /** @param traceId with or without leading zeros */
  trace(traceId: string): TraceAnswer | undefined {
    const kept = this.#kept.get(keyOf(traceId))
    return kept && answerOf(this.#traceNow(kept))
  }

  #traceNow(kept: Kept): Trace {
    const { traceId, leftOut, lastMs } = kept
    const spans = [...kept.spans.values()]
    kept.calls ??= callsOf(spans)
    return { traceId, spans, calls: kept.calls, leftOut, settled: this.#clock.monotonicMs() - lastMs >= settledAfterMs }
  }

  /** The trace that a span belongs to; a new one where there is room, or the oldest one was waited for. */
  #traceOf({ traceId }: Span, nowMs: number): Kept | undefined {
    const key = keyOf(traceId)
    const known = this.#kept.get(key)
    if (known) return known
    if (this.#passedOver.has(key, nowMs)) return this.#passOver(key, nowMs)
    const leaving = this.#kept.size >= this.#bounds.traces ? this.#leaving() : undefined
    if (leaving && nowMs - leaving.firstMs < wholeAfterMs) return this.#passOver(key, nowMs)
    if (leaving) this.#drop(leaving, nowMs)
    const trace: Kept = {
      traceId,
      spans: new Map(),
      calls: undefined,
      bytes: 0,
      leftOut: 0,
      isFailed: false,
      firstMs: nowMs,
      lastMs: nowMs,
    }
    this.#kept.set(key, trace)
    return trace
  }

  #passOver(key: string, nowMs: number): undefined {
    this.#passedOver.add(key, nowMs)
  }

  /** Who makes room next: the oldest one, but those that failed, which are looked for longest, stay as long as they are no more than half. */
  #leaving(): Kept | undefined {
    const [oldest] = this.#kept.values()
    if (this.#failed * 2 > this.#kept.size) return oldest
    return this.#kept.values().find((trace) => !trace.isFailed) ?? oldest
  }

  #drop({ traceId, bytes, isFailed: hadFailed }: Kept, nowMs: number): void {
    this.#kept.delete(keyOf(traceId))
    this.#bytes -= bytes
    if (hadFailed) this.#failed--
    this.#passedOver.add(keyOf(traceId), nowMs)
  }

  #keep(trace: Kept, span: Span, bytes: number): void {
    const { id, kind, localEndpoint } = span
    const key = `${id} ${kind} ${localEndpoint?.ipv4} ${localEndpoint?.serviceName}` // only the last one can have spaces
    if (trace.spans.has(key)) return
    trace.lastMs = this.#clock.monotonicMs()
    if (trace.spans.size >= this.#bounds.spansPerTrace || trace.bytes + bytes > this.#bounds.bytesPerTrace) {
      trace.leftOut++
      return
    }
    trace.spans.set(key, span)
    trace.calls = undefined
    if (!trace.isFailed && isFailed(span)) {
      trace.isFailed = true
      this.#failed++
    }
    trace.bytes += bytes
    this.#bytes += bytes
  }
}

const keyOf = (traceId: string): string => traceId.replace(/^0+/, '')

/**
 * Of which traces a span was not kept a moment ago, so that none begins in its middle. By hash, in fixed memory: now and then another trace is taken for one of them,
 * and passed over, too.
 */
class PassedOver {
  readonly #seconds = new Uint32Array(2 ** 18)

  add(key: string, nowMs: number): void {
    this.#seconds[slotOf(key)] = secondOf(nowMs)
  }

  has(key: string, nowMs: number): boolean {
    const second = this.#seconds[slotOf(key)] ?? 0
    return second > 0 && secondOf(nowMs) - second <= wholeAfterMs / 1e3
  }
}

const slotOf = (key: string): number => fnv1a(key) % 2 ** 18
/** Never 0, which stands for never. */
const secondOf = (ms: number): number => Math.floor(ms / 1e3) + 1
