import {
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as Spans,
} from '@opentelemetry/api'
import type { Clock } from '../runtime/clock.ts'
import { legible } from '../runtime/legible.ts'
import { Problem } from '../runtime/problem.ts'
import type { Activity, ActivityKind, Facts, Tracer } from './tracer.ts'

/** Characters of one attribute. */
export const longestText = 1_000
const mostTrails = 1_000

interface Options {
  readonly clock: Clock
  /** The share of frequent activities that is told of. */
  readonly sample: number
}

/** Activities as spans of OpenTelemetry's SDK. */
export class SdkTracer implements Tracer {
  readonly #spans: Spans
  readonly #options: Options
  readonly #trails = new Trails()

  constructor(spans: Spans, options: Options) {
    this.#spans = spans
    this.#options = options
  }

  begin(kind: ActivityKind, follows?: string): Activity | undefined {
    const { clock, sample } = this.#options
    if (kind.isFrequent && Math.random() >= sample) return undefined
    // Within a trace all times are of the monotonic clock, so that parts lie within their wholes whatever becomes of the other one.
    const offsetMs = clock.wallMs() - clock.monotonicMs()
    const ground = { spans: this.#spans, trails: this.#trails, nowMs: () => offsetMs + clock.monotonicMs() }
    return new SdkActivity(kind, ground, { links: this.#trails.linksTo(follows) })
  }
}

interface Ground {
  readonly spans: Spans
  readonly trails: Trails
  /** Since the epoch, with fractions. */
  readonly nowMs: () => number
}

class SdkActivity implements Activity {
  readonly #ground: Ground
  readonly #span: Span

  constructor({ name, isCall }: ActivityKind, ground: Ground, { parent, links = [] }: { readonly parent?: Span; readonly links?: Link[] }) {
    const options = { kind: isCall ? SpanKind.CLIENT : SpanKind.INTERNAL, startTime: ground.nowMs(), links }
    this.#ground = ground
    this.#span = ground.spans.startSpan(name, options, parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT)
  }

  tell(facts: Facts): void {
    this.#span.setAttributes(Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)))
  }

  part(kind: ActivityKind): Activity {
    return new SdkActivity(kind, this.#ground, { parent: this.#span })
  }

  leave(trail: string): void {
    this.#ground.trails.leave(trail, this.#span.spanContext())
  }

  end(): void {
    this.#span.end(this.#ground.nowMs())
  }

  fail(error: unknown): void {
    const message = legible(error instanceof Error ? error.message : String(error), longestText)
    this.#span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR, message })
    this.end()
  }
}

/** The last ones, by name. */
class Trails {
  readonly #contexts = new Map<string, SpanContext>()

  leave(trail: string, context: SpanContext): void {
    this.#contexts.delete(trail)
    this.#contexts.set(trail, context)
    const [oldest] = this.#contexts.keys()
    if (oldest !== undefined && this.#contexts.size > mostTrails) this.#contexts.delete(oldest)
  }

  linksTo(trail: string | undefined): Link[] {
    const context = trail === undefined ? undefined : this.#contexts.get(trail)
    return context ? [{ context }] : []
  }
}

/** In OpenTelemetry's words: something that is always the same for the same kind of error. */
function errorType(error: unknown): string {
  if (error instanceof Problem) return error.kind.code
  return error instanceof Error ? error.name : '_OTHER'
}
