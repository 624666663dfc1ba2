import type { ProblemKind } from '../../runtime/problem.ts'

const where = 'forward.zipkin, forward.otlp or forward.jaeger, whichever the destination is'

/**
 * Why spans did not reach a tracing backend. What somebody can put right, there or in the configuration, is retryable: spans wait for it in the outbox. What is
 * refused for what it holds is counted as dropped: a backend that does not understand one span will not understand it later.
 */
export const spanProblems = {
  spans_unreachable: {
    code: 'spans_unreachable',
    meaning: 'No connection to the tracing backend, or it broke off before the answer: what was sent then may arrive twice. Spans wait.',
    remedy: `See whether the backend runs and whether host and port of the endpoint are right (${where}): https:// only where TLS is spoken, and for forward.otlp 4318, not 4317, which is gRPC. OSM's own Jaeger has only port 9411 in its Service, which is for forward.zipkin.`,
    retryable: true,
  },
  spans_timeout: {
    code: 'spans_timeout',
    meaning: 'The tracing backend did not answer in time; what was sent then may arrive twice. Spans wait.',
    remedy: `If it lasts, see the load and the memory of the backend and the network policies on the way to it; a slow backend needs a longer timeout (${where}).`,
    retryable: true,
  },
  spans_unavailable: {
    code: 'spans_unavailable',
    meaning: 'The tracing backend answers that it cannot take spans at the moment (5xx). Spans wait.',
    remedy: 'The log of the backend tells why; often its storage is down or full.',
    retryable: true,
  },
  spans_throttled: {
    code: 'spans_throttled',
    meaning: 'The tracing backend takes no more for now (429). Spans wait as long as it says.',
    remedy: "If it lasts, send fewer with traces.sample, or raise the backend's limits.",
    retryable: true,
  },
  spans_unauthorized: {
    code: 'spans_unauthorized',
    meaning: 'The tracing backend does not know or does not trust the collector (401 or 403). Spans wait.',
    remedy: 'Put a good token into the file of bearerTokenFile (forward.zipkin or forward.otlp); it is read again for each request.',
    retryable: true,
  },
  spans_no_token: {
    code: 'spans_no_token',
    meaning: 'The file of bearerTokenFile (forward.zipkin or forward.otlp) cannot be read, or holds no single token. Spans wait.',
    remedy: 'Make it a file that this user may read, with the token and nothing else in it.',
    retryable: true,
  },
  spans_redirected: {
    code: 'spans_redirected',
    meaning: 'The endpoint leads elsewhere (3xx), and spans are not sent after it. Spans wait.',
    remedy: `Name the address that the message tells as the endpoint (${where}). If it is a page for signing in, the endpoint stands behind a proxy that is meant for people.`,
    retryable: true,
  },
  spans_wrong_path: {
    code: 'spans_wrong_path',
    meaning: 'Nothing at the endpoint takes spans there (404 or 405). Spans wait.',
    remedy:
      'The endpoint needs the port of its protocol: Zipkin 9411 (/api/v2/spans; Jaeger needs --collector.zipkin.host-port=9411), OTLP over HTTP 4318 (/v1/traces; not 4317, which is gRPC), Jaeger Thrift 14268 (/api/traces; not 16686, which is its page).',
    retryable: true,
  },
  spans_not_understood: {
    code: 'spans_not_understood',
    meaning: 'The backend does not read what these spans are written in (415). Spans wait.',
    remedy: 'For forward.otlp try the other encoding, json or protobuf; for both that and forward.zipkin try gzip: false.',
    retryable: true,
  },
  spans_too_large: {
    code: 'spans_too_large',
    meaning:
      'The backend, or a proxy before it, takes less at once (413). The spans are sent in halves; one that is too large alone is dropped.',
    remedy: 'Raise the limit of the body there to one megabyte (nginx: client_max_body_size 1m).',
    retryable: false,
  },
  spans_refused: {
    code: 'spans_refused',
    meaning:
      'The backend refuses these spans for good (400 and others). After 400 and 422 halves are sent, until it is clear which spans it refuses. They are dropped.',
    remedy:
      'The message has its reason, its log may say more. Where it cannot read them at all, it may speak another protocol on this port, or understand no gzip.',
    retryable: false,
  },
  spans_rejected: {
    code: 'spans_rejected',
    meaning:
      'The backend took a request by OTLP and said that it keeps only a part of its spans (partial success). The others are dropped.',
    remedy: 'The message has its reason: often a limit on size or rate, or the age of the spans.',
    retryable: false,
  },
  spans_unreadable: {
    code: 'spans_unreadable',
    meaning:
      'What waited in the outbox is no span of Zipkin, so that nothing can be made of it for forward.otlp or forward.jaeger. It is dropped.',
    remedy: 'The outbox was written by another version, or its disk has changed it: see the log for problems of the state.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>
