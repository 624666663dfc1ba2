import { z } from 'zod'
import { edgesAnswer, historyAnswer, statusAnswer, targetsAnswer } from '../../model/figures.ts'
import { duration } from '../../runtime/options.ts'
import type { Reading } from '../../snapshot/reading.ts'
import { errorAnswer } from '../answers.ts'
import type { App } from '../app.ts'

const bounds = { min: '1s', max: '1h' }

export const edgesQuery = z.strictObject({
  window: duration(bounds).prefault('5m').describe('A duration from 1s to 1h, such as "30s" or "5m"; 5m without it.'),
})

const historyQuery = z
  .strictObject({
    window: duration(bounds).prefault('1h').describe('A duration from 1s to 1h, such as "10m"; 1h without it.'),
    step: duration(bounds).prefault('10s').describe('A duration from 1s to 1h and at most the window, such as "1m"; 10s without it.'),
  })
  .refine(({ window, step }) => step <= window, { path: ['step'], error: 'is at most the window' })

/** `/api/v1`: the figures as JSON. Each answer is of one committed moment. */
export function serveApi(app: App, reading: Reading): void {
  app.get(
    '/api/v1/status',
    {
      schema: {
        summary: 'How the collector is doing.',
        querystring: z.strictObject({}),
        response: { 200: statusAnswer, 400: errorAnswer },
      },
    },
    async () => reading.status(),
  )
  app.get(
    '/api/v1/targets',
    {
      schema: {
        summary: 'Who is scraped, and who is not and why.',
        querystring: z.strictObject({}),
        response: { 200: targetsAnswer, 400: errorAnswer },
      },
    },
    async () => reading.targets(),
  )
  app.get(
    '/api/v1/edges',
    {
      schema: {
        summary: 'Who calls whom: figures over a window, worst first.',
        querystring: edgesQuery,
        response: { 200: edgesAnswer, 400: errorAnswer },
      },
    },
    async ({ query }) => reading.edges(query.window),
  )
  app.get(
    '/api/v1/edges/history',
    {
      schema: {
        summary: 'The past of every edge, step by step.',
        querystring: historyQuery,
        response: { 200: historyAnswer, 400: errorAnswer },
      },
    },
    async ({ query }) => reading.history(query.window, query.step),
  )
}
