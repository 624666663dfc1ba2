import { isFailed, type Span } from '../model/span.ts'
import type { TraceAnswer, TraceFilter, TraceSpan, TraceSummary } from '../model/trace-figures.ts'
import { type Call, callFigures, isBetween, isNamed } from './trace-calls.ts'
import { byBegin, treeOf } from './trace-tree.ts'

/** What is known of a trace by now. */
export interface Trace {
  readonly traceId: string
  readonly spans: readonly Span[]
  readonly calls: readonly Call[]
  readonly leftOut: number
  readonly settled: boolean
}

export function summaryOf({ traceId, spans, calls, leftOut, settled }: Trace): TraceSummary {
  const sorted = spans.toSorted(byBegin)
  const first = sorted.find(({ parentId }) => parentId === undefined) ?? sorted[0]
  const startUs = startOf(sorted)
  const endUs = sorted.reduce((last, { timestamp = -Infinity, duration = 0 }) => Math.max(last, timestamp + duration), -Infinity)
  return {
    traceId,
    service: first?.localEndpoint?.serviceName ?? null,
    name: first?.name ?? null,
    startMs: startUs === undefined ? null : startUs / 1e3,
    durationMs: startUs === undefined ? null : (endUs - startUs) / 1e3,
    spans: spans.length,
    leftOut,
    services: [...new Set(spans.flatMap(({ localEndpoint }) => localEndpoint?.serviceName ?? []))].sort(),
    errors: spans.filter(isFailed).length,
    calls: callFigures(calls),
    settled,
  }
}

export function answerOf(trace: Trace): TraceAnswer {
  const startUs = startOf(trace.spans) ?? 0
  return { ...summaryOf(trace), tree: treeOf(trace.spans).map(({ span, depth }) => spanFigures(span, { depth, startUs })) }
}

/** @param calls those of the trace */
export function isWanted({ services, durationMs, errors, startMs }: TraceSummary, calls: readonly Call[], filter: TraceFilter): boolean {
  const { service, source, destination, minDurationMs = 0, errorsOnly = false, sinceMs = -Infinity } = filter
  return (
    (service === undefined || services.some((name) => isNamed(name, service))) &&
    ((source === undefined && destination === undefined) || calls.some((call) => isBetween(call, source, destination))) &&
    (durationMs ?? 0) >= minDurationMs &&
    (!errorsOnly || errors > 0) &&
    (startMs ?? Infinity) >= sinceMs
  )
}

/** Whoever began last first; those that do not say when, before all. */
export const newestFirst = (a: TraceSummary, b: TraceSummary): number => (b.startMs ?? Infinity) - (a.startMs ?? Infinity) || 0

function startOf(spans: readonly Span[]): number | undefined {
  const us = spans.reduce((first, { timestamp = Infinity }) => Math.min(first, timestamp), Infinity)
  return us === Infinity ? undefined : us
}

function spanFigures(span: Span, { depth, startUs }: { readonly depth: number; readonly startUs: number }): TraceSpan {
  const { id, parentId, kind, name, localEndpoint, timestamp, duration, tags, annotations = [] } = span
  return {
    id,
    parentId: parentId ?? null,
    depth,
    kind: kind ?? null,
    service: localEndpoint?.serviceName ?? null,
    name: name ?? null,
    offsetMs: timestamp === undefined ? null : (timestamp - startUs) / 1e3,
    durationMs: duration === undefined ? null : duration / 1e3,
    statusCode: tags?.['http.status_code'] ?? null,
    error: isFailed(span),
    tags: { ...tags },
    annotations: annotations.map((annotation) => ({ offsetMs: (annotation.timestamp - startUs) / 1e3, value: annotation.value })),
  }
}
