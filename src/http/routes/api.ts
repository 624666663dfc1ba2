import { z } from 'zod'
import { edgesAnswer, historyAnswer, type StatusAnswer, statusAnswer, targetsAnswer } from '../../model/figures.ts'
import { duration } from '../../runtime/options.ts'
import type { Reading } from '../../snapshot/reading.ts'
import { errorAnswer } from '../answers.ts'
import type { App } from '../app.ts'
import { flag, moment, nameText } from './parameters.ts'

const bounds = { min: '1s', max: '1h' }

/** Which edges, and until when: the same wherever edges are asked for. */
const choice = {
  until: moment()
    .optional()
    .describe('When the window ends: a time such as "2026-01-31T09:30:00Z", or milliseconds since the epoch; now without it.'),
  by: z
    .enum(['edge', 'pair', 'source'], 'is edge, pair or source')
    .prefault('edge')
    .describe(
      'What is one entry: "edge", each of any kind; "pair", the sum of outbound edges of a caller to a service and port; "source", their sum of a caller; edge without it. A caller is a service, or a workload that has none.',
    ),
  namespace: nameText().optional().describe('Only edges of which an end is in this namespace.'),
  service: nameText().optional().describe('Only edges of which an end is this, as NAMESPACE/NAME: the name of a service or of a workload.'),
  source: nameText().optional().describe('Only edges with this caller, as NAMESPACE/NAME: the name of a service or of a workload.'),
  destination: nameText()
    .optional()
    .describe(
      'Only edges to this, as NAMESPACE/NAME or NAMESPACE/NAME:PORT; what has no namespace is named without one: "osm-controller".',
    ),
  internals: flag('true').describe('"false" leaves out the mesh\'s own destinations; "true" without it.'),
}

const edgesQuery = z.strictObject({
  window: duration(bounds).prefault('5m').describe('A duration from 1s to 1h, such as "30s" or "5m"; 5m without it.'),
  ...choice,
  trend: flag('false').describe('"true": with what happened in each of at most 60 steps of the window; "false" without it.'),
})

const historyQuery = z
  .strictObject({
    window: duration(bounds).prefault('1h').describe('A duration from 1s to 1h, such as "10m"; 1h without it.'),
    step: duration(bounds).prefault('10s').describe('A duration from 1s to 1h and at most the window, such as "1m"; 10s without it.'),
    ...choice,
  })
  .refine(({ window, step }) => step <= window, { path: ['step'], error: 'is at most the window' })

/** `/api/v1`: the figures as JSON. Each answer is of one committed moment. */
export function serveApi(app: App, reading: Reading, links: StatusAnswer['links']): void {
  app.get(
    '/api/v1/status',
    {
      schema: {
        summary: 'How the collector is doing.',
        querystring: z.strictObject({}),
        response: { 200: statusAnswer, 400: errorAnswer },
      },
    },
    async () => ({ ...reading.status(), links }),
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
    async ({ query: { window, until, ...asked } }) => reading.edges({ windowMs: window, untilMs: until, ...asked }),
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
    async ({ query: { window, until, step, ...asked } }) => reading.history({ windowMs: window, untilMs: until, stepMs: step, ...asked }),
  )
}
