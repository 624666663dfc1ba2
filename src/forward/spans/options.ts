import { z } from 'zod'
import { duration } from '../../runtime/options.ts'

const address = (example: string) => z.url({ protocol: /^https?$/, error: `is an http or https address such as "${example}"` })

const hasNoPassword = (text: string) => {
  const url = URL.parse(text)
  return url === null || (url.username === '' && url.password === '')
}

const timeout = duration({ min: '100ms', max: '10m' })
  .prefault('10s')
  .describe('How long one request may take, as a duration. What takes longer is sent again.')

const request = {
  gzip: z.boolean().default(true).describe('Whether requests are compressed. Turn it off for servers that answer 400 or 415 to it.'),
  headers: z
    .record(
      z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is the name of a header, without spaces'),
      z.string().regex(/^[\t\x20-\x7e]*$/, 'is the value of a header: one line of printable ASCII'),
    )
    .default({})
    .describe('Headers of each request by name. What is secret belongs into bearerTokenFile: `config print` shows these.'),
  bearerTokenFile: z
    .string()
    .min(1)
    .optional()
    .describe('File with a token that goes along as "Authorization: Bearer <token>". Read for each request; no log ever holds it.'),
  timeout,
}

const passwordRefused = 'holds a name or password: a token belongs into bearerTokenFile'

/** The configuration's section `forward.zipkin`. */
export const zipkinOptions = z.strictObject({
  endpoint: address('http://jaeger.osm-system:9411')
    .refine(hasNoPassword, passwordRefused)
    .describe(
      "Where Zipkin v2 JSON is taken: port 9411 of Zipkin, of an OpenTelemetry Collector with its zipkin receiver, or of Jaeger with --collector.zipkin.host-port, as OSM's own has it. Without a path: /api/v2/spans.",
    ),
  ...request,
})
export type ZipkinOptions = z.output<typeof zipkinOptions>

/** The configuration's section `forward.otlp`. */
export const otlpOptions = z.strictObject({
  endpoint: address('http://jaeger:4318')
    .refine(hasNoPassword, passwordRefused)
    .describe(
      'Where OTLP over HTTP is taken; /v1/traces is added. Port 4318 of an OpenTelemetry Collector, of Jaeger from 1.46, or of Jaeger from 1.35 with --collector.otlp.enabled=true.',
    ),
  encoding: z.enum(['protobuf', 'json']).default('protobuf').describe('How spans are written: protobuf, or json, which is larger.'),
  ...request,
})
export type OtlpOptions = z.output<typeof otlpOptions>

/** The configuration's section `forward.jaeger`. */
export const jaegerOptions = z.strictObject({
  endpoint: address('http://jaeger-collector:14268')
    .refine(hasNoPassword, 'holds a name or password, which this way knows nothing of: use forward.otlp where a token is asked for')
    .refine((text) => !/[?#]/.test(text), 'ends with a question mark or hash and more, which would not be sent: leave it away')
    .describe(
      "Where Jaeger's Thrift over HTTP is taken, usually port 14268. Without a path: /api/traces. One request per service name: for meshes of more than a hundred, use forward.otlp.",
    ),
  timeout,
})
export type JaegerOptions = z.output<typeof jaegerOptions>
