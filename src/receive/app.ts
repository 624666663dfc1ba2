import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Telemetry } from '../telemetry/events.ts'
import { Bodies, codingOf } from './bodies.ts'
import type { Intake } from './intake.ts'
import { RefusedRequest } from './refused-request.ts'
import { receiveMetrics } from './telemetry.ts'

/** What senders may take of the receiver's time and room. */
export interface Limits {
  /** For a request, from its first byte to its last; and for the first request of a connection. */
  readonly requestMs: number
  /** Between two requests of a connection: much longer than a sidecar takes, or it would often send into one that is just being closed. */
  readonly idleMs: number
  /** Open at once. Every process of Envoy has one per worker. */
  readonly connections: number
}

const usualLimits: Limits = { requestMs: 10_000, idleMs: 120_000, connections: 8_192 }
/** Envoy's request has ten short ones. */
const mostHeaderBytes = 8_192

interface AppParts {
  readonly bodyLimit: number
  readonly intake: Intake
  readonly telemetry: Telemetry
  /** Where spans are posted to, at this moment. */
  readonly paths: () => ReadonlySet<string>
  readonly limits?: Limits
}

/** The port for spans. Answers are plain text, which the log of whoever sends shows best. */
export function createApp({ bodyLimit, intake, telemetry, paths, limits = usualLimits }: AppParts): FastifyInstance {
  const app = Fastify({
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionTimeout: limits.idleMs,
    forceCloseConnections: 'idle',
    http: {
      maxHeaderSize: mostHeaderBytes,
      headersTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(5_000, limits.requestMs),
    },
    frameworkErrors: ({ message }, _, reply) => void answer(reply, new RefusedRequest(400, message)),
  })
  app.server.maxConnections = limits.connections
  app.server.on('drop', () => telemetry.metrics.count(receiveMetrics.connectionsDropped))
  const bodies = new Bodies(bodyLimit)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest, stream: FastifyRequest['raw']) => {
    try {
      const { body, cameBytes } = await bodies.read(stream, codingOf(request.headers['content-encoding']) ?? 'identity')
      telemetry.metrics.count(receiveMetrics.bytes, {}, cameBytes)
      return body
    } catch (error) {
      if (error instanceof RefusedRequest && error.status === 413) intake.charge(bodyLimit)
      throw error
    }
  })
  app.addHook('onRequest', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return
    if (request.method !== 'POST') throw notPosted(request, paths())
    checkPath(request, paths())
    checkHead(request)
    intake.admit(senderOf(request))
  })
  app.addHook('onResponse', async (_, reply) => intake.answered(reply.statusCode))
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) =>
    answer(reply, error instanceof RefusedRequest ? error : new RefusedRequest(400, error.message)),
  )
  app.setNotFoundHandler((request, reply) => answer(reply, notPosted(request, paths())))
  app.get('/', (_, reply) => reply.type('text/plain; charset=utf-8').send(greeting(paths())))
  app.post('/*', (request, reply) => {
    intake.take((request.body as Buffer | undefined) ?? Buffer.alloc(0), senderOf(request))
    return reply.code(202).send()
  })
  return app
}

/** An IPv4 address that a socket for both families has wrapped into one of IPv6 is shown as pods have it. */
const senderOf = ({ socket }: FastifyRequest): string => (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '')

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] as string
const listed = (paths: ReadonlySet<string>): string => [...paths].join(' or ')

function checkPath(request: FastifyRequest, paths: ReadonlySet<string>): void {
  const path = pathOf(request)
  if (paths.has(path)) return
  if (path === '/api/v1/spans')
    throw new RefusedRequest(404, `Spans of Zipkin's first version are not read: post those of the second to ${listed(paths)}.`)
  throw new RefusedRequest(404, `Nothing is taken at this path: post spans to ${listed(paths)}.`)
}

function checkHead({ headers }: FastifyRequest): void {
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json')
    throw new RefusedRequest(415, 'What is read is Zipkin v2 as JSON: Content-Type: application/json, no protobuf and no Thrift.')
  if (!codingOf(headers['content-encoding']))
    throw new RefusedRequest(415, 'What is read is plain, or has Content-Encoding: gzip or deflate.')
}

function notPosted(request: FastifyRequest, paths: ReadonlySet<string>): RefusedRequest {
  const isKnown = paths.has(pathOf(request))
  return new RefusedRequest(isKnown ? 405 : 404, `Spans are posted here, as JSON, to ${listed(paths)}; / says more.`)
}

/** Whoever's body was not read to its end is not to send another one behind it. */
const endsConnection = new Set([404, 405, 413, 415])

function answer(reply: FastifyReply, { status, message, retryAfterMs }: RefusedRequest): FastifyReply {
  if (endsConnection.has(status)) void reply.header('connection', 'close')
  if (retryAfterMs !== undefined) void reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1e3)))
  return reply.code(status).type('text/plain; charset=utf-8').send(`${message}\n`)
}

const greeting = (paths: ReadonlySet<string>): string => `mesh-telemetry: this port takes spans from sidecars, as a JSON array of Zipkin v2.

  POST ${listed(paths)}
  Content-Type: application/json

It shows nothing. Traces are shown on the collector's other port (http.listen), at /api/v1/traces.
`
