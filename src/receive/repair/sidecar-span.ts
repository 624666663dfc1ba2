import type { Span } from '../../model/span.ts'

/** Envoy and Pipy both say so. Applications send spans, too. */
export const isOfSidecar = ({ tags }: Span): boolean => tags?.component === 'proxy'

/**
 * Whether Pipy sent it, which differs: its names lack the namespace, and what it calls the peer's address is where a request goes, on both sides. Envoy says
 * `response_flags` of every request, Pipy of none. Sources: envoyproxy/envoy source/common/tracing/http_tracer_impl.cc; flomesh-io/fsm
 * pkg/sidecar/v1/providers/pipy/repo/codebase/tracing.js.
 */
export const isOfPipy = (span: Span): boolean => isOfSidecar(span) && span.tags?.response_flags === undefined
