import { z } from 'zod'
import { azureOptions } from './azure/options.ts'
import { filesOptions } from './files/options.ts'
import { jaegerOptions, otlpOptions, zipkinOptions } from './spans/options.ts'

export const forwardOptions = z
  .strictObject({
    files: filesOptions.optional().describe('Rows to files.'),
    azure: azureOptions.optional().describe('Rows to a table of Log Analytics.'),
    zipkin: zipkinOptions.optional().describe('Spans as they came, as Zipkin v2 JSON.'),
    otlp: otlpOptions.optional().describe('Spans by the OpenTelemetry protocol over HTTP.'),
    jaeger: jaegerOptions.optional().describe("Spans as Jaeger's Thrift over HTTP."),
  })
  .prefault({})
export type ForwardOptions = z.output<typeof forwardOptions>
