import type { SecureContextOptions } from 'node:tls'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import { jsonSchemaTransform, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import type { Telemetry } from '../telemetry/events.ts'
import { BadParameter, badParameter, sendError } from './answers.ts'
import { httpEvents, httpMetrics } from './telemetry.ts'

const requestTimeoutMs = 30_000
const bodyLimitBytes = 1_024

/** What browsers obey, in every answer; the page for people has a policy and a time to be kept of its own. */
const browserHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const

export interface AppSettings {
  readonly telemetry: Telemetry
  readonly version: string
  /** Certificate and key; plain HTTP without. */
  readonly tls?: Pick<SecureContextOptions, 'cert' | 'key'>
}

/** Everything that the routes have in common: schemas by zod, errors as JSON, headers that browsers obey. */
export function createApp({ telemetry, version, tls }: AppSettings) {
  const app = Fastify({
    https: tls ?? null,
    requestTimeout: requestTimeoutMs,
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: true,
    return503OnClosing: false,
    // No hook runs for a path that is no path.
    frameworkErrors: ({ message, statusCode = 400 }, _, reply) =>
      void sendError(reply.headers(browserHeaders), statusCode, { code: 'bad_request', message }),
  }).withTypeProvider<ZodTypeProvider>()

  app.setValidatorCompiler<z.ZodObject>(({ schema }) => (query) => {
    const { success, data, error } = schema.safeParse(query)
    return success ? { value: data } : { error: badParameter(schema, error) }
  })
  app.setSerializerCompiler(() => JSON.stringify)
  void app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'mesh-telemetry', version, description: 'Who calls whom in the mesh, how often, how slow, how many fail.' },
    },
    transform: jsonSchemaTransform,
  })

  app.addHook('onRequest', async (_, reply) => void reply.headers(browserHeaders))
  app.addHook('onResponse', async (request, reply) => {
    telemetry.metrics.count(httpMetrics.requests, { path: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) })
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { message, statusCode = 500 } = error
    if (error instanceof BadParameter) {
      const { parameter, allowed } = error
      return sendError(reply, 400, { code: 'bad_parameter', message, parameter, allowed })
    }
    if (statusCode < 500) return sendError(reply, statusCode, { code: 'bad_request', message })
    telemetry.emit(httpEvents.answerFailed, { path: request.routeOptions.url, error: error.stack ?? message })
    return sendError(reply, 500, { code: 'internal_error', message: 'The collector failed to answer; its log says why.' })
  })
  return app
}

export type App = ReturnType<typeof createApp>
