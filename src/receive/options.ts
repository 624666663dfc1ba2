import { z } from 'zod'
import { listenAddress, size } from '../runtime/options.ts'
import { repairOptions } from './repair/options.ts'

/** What the path of Zipkin's API is, and of MeshConfig's tracing.endpoint where nobody has said another. */
export const usualPath = '/api/v2/spans'

/** The configuration's section `traces`. `listen` becomes `{ host, port }`. */
export const tracesOptions = z
  .strictObject({
    listen: listenAddress({ example: '127.0.0.1:9411', port: 9411 })
      .optional()
      .describe(
        "Where sidecars send their spans (Zipkin v2, JSON), as host:port; 9411 without a port. Point MeshConfig's tracing address and port here. Without it no span is received.",
      ),
    path: z
      .string()
      .regex(/^\/[^\s?#]*$/, 'is a path such as "/api/v2/spans"')
      .prefault(usualPath)
      .describe("The path that spans are posted to, beside /api/v2/spans and what MeshConfig's tracing.endpoint says."),
    bodyLimit: size({ min: '1KiB', max: '64MiB' })
      .prefault('4MiB')
      .describe('What one request may bring, compressed and not, in bytes; more is answered with 413.'),
    spansPerSecond: z
      .int()
      .min(1)
      .max(1_000_000)
      .prefault(5_000)
      .describe(
        'How many spans a second are taken of all sidecars together; more is answered with 429 and counted. Of long ones fewer: each 4 KiB of a body count as one.',
      ),
    sample: z
      .number()
      .min(0)
      .max(1)
      .prefault(1)
      .describe(
        'The share of traces that is kept, from 0 to 1: whole ones, the same in every collector, by the last 56 bits of the trace id as the W3C has it.',
      ),
    keepErrors: z
      .boolean()
      .prefault(true)
      .describe('Spans that say themselves that they failed (tag error, a status from 500 on) are kept whatever their trace is.'),
    redact: z
      .strictObject({
        queries: z
          .boolean()
          .prefault(true)
          .describe(
            'What follows the question mark of URLs is replaced, and a name and password before their host: in tags, http.url before all, in names and in annotations, before a span is shown, kept or sent.',
          ),
        tags: z
          .array(z.string().min(1))
          .prefault([])
          .describe('Names of tags that are removed before a span is shown, kept or sent, such as user_agent; in capitals, too.'),
      })
      .prefault({})
      .describe('What spans are not to say.'),
    repair: repairOptions.describe('What is mended in spans.'),
  })
  .prefault({})
export type TracesOptions = z.output<typeof tracesOptions>
