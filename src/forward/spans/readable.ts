import type { Attributes, HrTime, SpanStatus } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Span, SpanEndpoint } from '../../model/span.ts'

/** Of the enumeration SpanKind, whose library is loaded only by those who send. */
const spanKinds = { INTERNAL: 0, SERVER: 1, CLIENT: 2, PRODUCER: 3, CONSUMER: 4 } as const
const statusCodes = { UNSET: 0, OK: 1, ERROR: 2 } as const
const isSampled = 1

/** Tags that are told in another place. */
const placed = new Set([
  'service.name',
  'span.kind',
  'otel.status_code',
  'otel.status_description',
  'otel.library.name',
  'otel.library.version',
])

/**
 * Spans of Zipkin as OpenTelemetry's exporters take them, with one resource per service name, by whose identity they group.
 *
 * Members become what the OpenTelemetry Collector makes of them (pkg/translator/zipkin/zipkinv2), but that nothing is lost here: tags that name properties of
 * a resource stay with their span, and the text of an annotation is an event's name whole.
 */
export class ReadableSpans {
  readonly #resources = new Map<string | undefined, ReadableSpan['resource']>()

  /** @throws {TypeError} for what is no span at all */
  of(span: Span): ReadableSpan {
    const tags = span.tags ?? {}
    const { startTime, endTime, duration } = timesOf(span)
    const events = (span.annotations ?? []).map(({ timestamp, value }) => ({ name: value, time: timeOf(micros(timestamp)) }))
    const traceId = span.traceId.padStart(32, '0')
    const context = (id: string) => ({ traceId, spanId: spanIdOf(id), traceFlags: isSampled })
    const own = context(span.id)
    return {
      name: span.name ?? '',
      kind: spanKinds[span.kind ?? 'INTERNAL'],
      spanContext: () => own,
      ...(span.parentId !== undefined && span.parentId !== span.id && { parentSpanContext: context(span.parentId) }),
      startTime,
      endTime,
      duration,
      ended: true,
      status: statusOf(tags),
      attributes: attributesOf(span),
      events,
      links: [],
      resource: this.#resource(span.localEndpoint?.serviceName),
      instrumentationScope: { name: tags['otel.library.name'] ?? '', version: tags['otel.library.version'] ?? '' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    }
  }

  #resource(serviceName: string | undefined): ReadableSpan['resource'] {
    const known = this.#resources.get(serviceName)
    if (known) return known
    const resource = resourceOf(serviceName ? { 'service.name': serviceName } : {})
    this.#resources.set(serviceName, resource)
    return resource
  }
}

function resourceOf(attributes: Attributes): ReadableSpan['resource'] {
  const resource = { attributes, merge: () => resource, getRawAttributes: () => Object.entries(attributes) }
  return resource
}

/** An id that is too long, as Pipy's of FSM are, is cut as Jaeger does it: at its front. */
const spanIdOf = (id: string) => id.slice(-16).padStart(16, '0')

function statusOf(tags: Readonly<Record<string, string>>): SpanStatus {
  const said = tags['otel.status_code']?.replace('STATUS_CODE_', '')
  const code = tags['error'] === 'true' || said === 'ERROR' ? statusCodes.ERROR : said === 'OK' ? statusCodes.OK : statusCodes.UNSET
  const message = tags['otel.status_description']
  return message === undefined ? { code } : { code, message }
}

/** What the Collector says of a span that does not say when it began. */
const withoutStart = { 'otel.zipkin.absentField.startTime': true }

function attributesOf({ tags = {}, localEndpoint, remoteEndpoint, timestamp }: Span): Attributes {
  const attributes: Attributes = {}
  for (const [name, value] of Object.entries(tags)) {
    const isPlaced = placed.has(name) || (name === 'error' && value === 'true')
    if (!isPlaced) attributes[name] = value
  }
  const { serviceName } = remoteEndpoint ?? {}
  return Object.assign(
    attributes,
    placeOf('net.host', localEndpoint),
    serviceName && { 'peer.service': serviceName },
    placeOf('net.peer', remoteEndpoint),
    timestamp === undefined && withoutStart,
  )
}

function placeOf(prefix: string, { ipv4, ipv6, port }: SpanEndpoint = {}): Attributes {
  const ip = ipv6 ?? ipv4
  return { ...(ip && { [`${prefix}.ip`]: ip }), ...(port && port > 0 && { [`${prefix}.port`]: port }) }
}

function timesOf({ timestamp = 0, duration = 0 }: Span) {
  const [start, length] = [micros(timestamp), micros(duration)]
  return { startTime: timeOf(start), endTime: timeOf(start + length), duration: timeOf(length) }
}

/** What the format has no room for is none, as if it had been left out: the other spans would be refused along with it. */
const micros = (value: number) => (value <= latestMicros ? value : 0)
/** As many nanoseconds as leave room for as many again in OTLP's 64 bits: the year 2116. */
const latestMicros = 2 ** 62 / 1e3
const timeOf = (us: number): HrTime => [Math.floor(us / 1e6), (us % 1e6) * 1e3]
