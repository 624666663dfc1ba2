import type { Attributes, HrTime } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Span } from '../model/span.ts'

/** By the values of OpenTelemetry's SpanKind; what is internal has none. */
const kinds: readonly Span['kind'][] = [undefined, 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const isError = 2

/** Spans as Zipkin v2 has them. */
export const zipkinJson = (spans: readonly ReadableSpan[]): string => JSON.stringify(spans.map(zipkinSpan))

function zipkinSpan(span: ReadableSpan): Span {
  const { name, resource, parentSpanContext, startTime, duration } = span
  const { traceId, spanId } = span.spanContext()
  const { 'service.name': serviceName, ...ofResource } = resource.attributes
  const kind = kinds[span.kind]
  return {
    traceId,
    id: spanId,
    ...(parentSpanContext && { parentId: parentSpanContext.spanId }),
    name,
    ...(kind && { kind }),
    timestamp: micros(startTime),
    duration: Math.max(1, micros(duration)), // Zipkin takes 0 for unknown
    localEndpoint: { serviceName: String(serviceName) },
    tags: { ...texts(ofResource), ...texts(span.attributes), ...linksOf(span.links), ...errorOf(span.status) },
  }
}

const micros = ([seconds, nanoseconds]: HrTime) => seconds * 1e6 + Math.round(nanoseconds / 1e3)

const texts = (attributes: Attributes) => Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]))

/** Zipkin knows none: as the OpenTelemetry Collector writes and reads them (pkg/translator/zipkin/zipkinv2): ids, state, attributes, how many were dropped. */
const linksOf = (links: ReadableSpan['links']) =>
  Object.fromEntries(links.map(({ context }, i) => [`otlp.link.${i}`, `${context.traceId}|${context.spanId}||{}|0`]))

function errorOf({ code, message }: ReadableSpan['status']): Readonly<Record<string, string>> {
  return code === isError ? { error: 'true', ...(message !== undefined && { 'otel.status_description': message }) } : {}
}
