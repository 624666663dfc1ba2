import { z } from 'zod'
import type { Reading } from '../../snapshot/reading.ts'
import { errorAnswer } from '../answers.ts'
import type { App } from '../app.ts'
import { contentSecurityPolicy, frontPage } from '../ui/front-page.ts'
import { edgesQuery } from './api.ts'

/** `/`: the page for people. */
export function serveFrontPage(app: App, reading: Reading): void {
  app.get(
    '/',
    {
      schema: {
        summary: 'Who calls whom, as a page for people.',
        querystring: edgesQuery,
        response: { 200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } }, 400: errorAnswer },
      },
    },
    async ({ query }, reply) =>
      reply
        .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy })
        .send(frontPage(reading.edges(query.window), reading.status())),
  )
}
