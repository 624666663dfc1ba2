import type { ProblemKind } from '../runtime/problem.ts'

export const receiveProblems = {
  port_taken: {
    code: 'traces_port_taken',
    meaning: 'Another process listens on the port of traces.listen.',
    remedy: 'Stop that process (ss -ltnp shows it; 9411 is also the port of Zipkin and Jaeger), or choose another port in traces.listen.',
    retryable: false,
  },
  listen_failed: {
    code: 'traces_listen_failed',
    meaning: 'The address of traces.listen cannot be listened on.',
    remedy: 'Name an address of this machine in traces.listen, such as 127.0.0.1 or 0.0.0.0.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>
