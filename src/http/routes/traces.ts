import { z } from 'zod'
import { traceAnswer, tracesAnswer } from '../../model/trace-figures.ts'
import type { Clock } from '../../runtime/clock.ts'
import { duration } from '../../runtime/options.ts'
import type { Reading } from '../../snapshot/reading.ts'
import { errorAnswer, sendError } from '../answers.ts'
import type { App } from '../app.ts'
import { flag, nameText } from './parameters.ts'

const tracesQuery = z.strictObject({
  service: nameText()
    .optional()
    .describe('A service that took part: SERVICE.NAMESPACE as spans name it, NAMESPACE/SERVICE, or SERVICE alone.'),
  source: nameText()
    .optional()
    .describe('Only traces with a call of this one, named as in service; with destination, of this one to the other.'),
  destination: nameText().optional().describe('Only traces with a call to this one, named as in service.'),
  minDuration: duration().optional().describe('A duration such as "100ms": only traces that took as long.'),
  error: flag('false').describe('"true": only traces with an error; "false" without it.'),
  since: duration().optional().describe('A duration such as "5m": only traces that began within it.'),
  limit: z
    .string()
    .regex(/^(?:[1-9]|[1-9]\d|1\d\d|200)$/, 'is from 1 to 200')
    .transform(Number)
    .prefault('200')
    .describe('How many at most, from 1 to 200; 200 without it.'),
})

const traceParams = z.strictObject({
  traceId: z
    .string()
    .regex(/^(?=.*[1-9a-f])[0-9a-f]{1,32}$/i, 'is hexadecimal')
    .describe('A trace id: up to 32 hexadecimal digits, with or without leading zeros.'),
})

/** `/api/v1/traces`: the last traces, as they are in memory now. */
export function serveTraces(app: App, reading: Reading, clock: Clock): void {
  app.get(
    '/api/v1/traces',
    {
      schema: {
        summary: 'The last traces that sidecars sent, the newest first.',
        querystring: tracesQuery,
        response: { 200: tracesAnswer, 400: errorAnswer },
      },
    },
    async ({ query: { service, source, destination, minDuration, error, since, limit } }) =>
      reading.traces({
        limit,
        errorsOnly: error,
        ...(service !== undefined && { service }),
        ...(source !== undefined && { source }),
        ...(destination !== undefined && { destination }),
        ...(minDuration !== undefined && { minDurationMs: minDuration }),
        ...(since !== undefined && { sinceMs: clock.wallMs() - since }),
      }),
  )
  app.get(
    '/api/v1/traces/:traceId',
    {
      schema: {
        summary: 'One of the last traces: its spans as a tree.',
        params: traceParams,
        querystring: z.strictObject({}),
        response: { 200: traceAnswer, 400: errorAnswer, 404: errorAnswer },
      },
    },
    async ({ params: { traceId } }, reply) => {
      const trace = reading.trace(traceId.toLowerCase())
      const message = `The trace ${traceId} is not among the last ones.`
      return trace ?? sendError(reply, 404, { code: 'trace_not_kept', message })
    },
  )
}
