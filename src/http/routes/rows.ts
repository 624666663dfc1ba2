import { z } from 'zod'
import type { PulledPage } from '../../model/pulled-page.ts'
import type { RowFilter } from '../../model/row.ts'
import type { Clock } from '../../runtime/clock.ts'
import { duration } from '../../runtime/options.ts'
import { errorAnswer } from '../answers.ts'
import type { App } from '../app.ts'
import type { PageStreams } from '../page-stream.ts'

const rowsQuery = z.strictObject({
  name: z.string('is given once').optional().describe('A part of the name, in any case, such as "rq_xx".'),
  app: z.string('is given once').optional().describe('The tag app, such as "bookbuyer".'),
  namespace: z.string('is given once').optional().describe('The tag namespace.'),
  since: duration({ min: '1ms' }).optional().describe('A duration from 1ms to 365d, such as "30s": only what was read within it.'),
})

interface Serving {
  readonly streams: PageStreams
  readonly clock: Clock
}

/** `/api/v1/rows`: a row of every series as it was read last, line by line. */
export function serveRows(app: App, rows: (filter: RowFilter) => PulledPage, { streams, clock }: Serving): void {
  app.get(
    '/api/v1/rows',
    {
      schema: {
        summary: 'Rows for tables of Log Analytics, of now: one per series, as its page was read last.',
        querystring: rowsQuery,
        response: {
          200: {
            description: 'A row per line, in the columns of InsightsMetrics.',
            content: { 'application/x-ndjson': { schema: z.string() } },
          },
          400: errorAnswer,
          503: errorAnswer,
        },
      },
    },
    (request, reply) => {
      const { since, ...filter } = request.query
      void streams.send(rows({ ...filter, ...(since !== undefined && { sinceMs: clock.wallMs() - since }) }), request, reply)
    },
  )
}
