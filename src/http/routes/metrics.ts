import { z } from 'zod'
import type { PulledPage } from '../../model/pulled-page.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { errorAnswer } from '../answers.ts'
import type { App } from '../app.ts'
import type { PageStreams } from '../page-stream.ts'

/** One page of metrics, as text or gzip. */
export function servePage(app: App, page: PulledPage, streams: PageStreams): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: page.path,
    schema: {
      summary: `Metrics in Prometheus' text format.`,
      querystring: z.strictObject({}),
      response: {
        200: { description: 'The page.', content: { [page.contentType]: { schema: z.string() } } },
        400: errorAnswer,
        503: errorAnswer,
      },
    },
    handler: (request, reply) => void streams.send(page, request, reply),
  })
}

/** `/metrics`: the collector itself. */
export function ownPage({ registry }: Metrics): PulledPage {
  return {
    path: '/metrics',
    contentType: registry.contentType,
    async *render() {
      yield await registry.metrics()
    },
  }
}
