import type { ProblemKind } from '../runtime/problem.ts'

export const httpProblems = {
  port_taken: {
    code: 'port_taken',
    meaning: 'Another process listens on the port of http.listen.',
    remedy: 'Stop that process (ss -ltnp shows it), or choose another port in http.listen; port 0 takes any free one.',
    retryable: false,
  },
  listen_failed: {
    code: 'listen_failed',
    meaning: 'The address of http.listen cannot be listened on.',
    remedy: "Name an address of this machine in http.listen, such as 127.0.0.1 or 0.0.0.0; ports below 1024 need the system's permission.",
    retryable: false,
  },
  tls_unusable: {
    code: 'tls_unusable',
    meaning: 'The certificate or key of http.tls cannot be read, or they do not belong together.',
    remedy: 'Check both files: openssl x509 -in CERT -noout -pubkey and openssl pkey -in KEY -pubout must print the same.',
    retryable: false,
  },
  token_unusable: {
    code: 'token_unusable',
    meaning: 'The file of http.bearerTokenFile cannot be read, or holds no single token.',
    remedy: 'Put one token of visible characters into it: openssl rand -hex 32 > FILE.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>
