import { z } from 'zod'
import type { Reading } from '../../snapshot/reading.ts'
import type { App } from '../app.ts'

/** Paths that answer without a token: a kubelet carries none. They tell nothing of the mesh. */
export const openPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

const readiness = z.object({
  ready: z.boolean(),
  reason: z
    .string()
    .optional()
    .describe('Why not yet; or, of a collector that is ready, why targets are read more seldom than configured, or why there are none.'),
})

/** The probes: alive as soon as it answers, ready after the first complete round of scrapes. */
export function serveHealth(app: App, reading: Reading): void {
  app.get(
    '/healthz',
    {
      schema: {
        summary: 'Alive: the process answers.',
        querystring: z.strictObject({}),
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Ready: every target answered or failed once.',
        querystring: z.strictObject({}),
        response: { 200: readiness, 503: readiness },
      },
    },
    async (_, reply) => {
      const state = reading.readiness()
      return reply.code(state.ready ? 200 : 503).send(state)
    },
  )
}
