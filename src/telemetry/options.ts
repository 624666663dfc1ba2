import { z } from 'zod'
import { logLevels } from './log.ts'

/** Where the collector's own traces can be sent, and the path there where the endpoint names none. */
export const tracePaths = { jaeger: '/api/traces', otlp: '/v1/traces', zipkin: '/api/v2/spans' } as const
export type TraceKind = keyof typeof tracePaths
const traceKinds = Object.keys(tracePaths) as [TraceKind, ...TraceKind[]]

const hasNoSecret = (text: string) => {
  const url = URL.parse(text)
  return url === null || (url.username === '' && url.password === '' && url.search === '' && url.hash === '')
}

/** The configuration's section `telemetry.traces`. */
const ownTracesOptions = z.strictObject({
  to: z
    .enum(traceKinds)
    .describe(
      'How they are sent: jaeger (Thrift over HTTP, usually port 14268), otlp (protobuf over HTTP, 4318) or zipkin (v2 JSON, 9411). The SDK that does it is loaded only where this is set.',
    ),
  endpoint: z
    .url({ protocol: /^https?$/, error: 'is an http or https address such as "http://jaeger-collector:14268"' })
    .refine(hasNoSecret, 'holds a name, a password, a question mark or a hash: only host, port and path are sent to')
    .describe('Where to. Without a path: /api/traces for jaeger, /v1/traces for otlp, /api/v2/spans for zipkin.'),
  sample: z
    .number()
    .min(0)
    .max(1)
    .prefault(0.1)
    .describe('The share of scrapes that is traced, from 0 to 1. Discovery, commits, rounds of rows and what is sent are always traced.'),
})
export type OwnTracesOptions = z.output<typeof ownTracesOptions>

/** The configuration's section `telemetry`. */
export const telemetryOptions = z.strictObject({
  logLevel: z
    .enum(logLevels)
    .default('info')
    .describe("The least important kind of log line that is written; 'debug' says why things happen."),
  traces: ownTracesOptions.optional().describe("The collector's own traces: what it does, and how long that takes. Off unless set."),
})
