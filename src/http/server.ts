import { resolve } from 'node:path'
import type { PulledPage } from '../model/pulled-page.ts'
import type { RowFilter } from '../model/row.ts'
import { type Clock, repeat, systemClock } from '../runtime/clock.ts'
import { listenAt, urlOf } from '../runtime/listen.ts'
import type { Reading } from '../snapshot/reading.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { sendError } from './answers.ts'
import { type App, createApp } from './app.ts'
import { assetsOf, uiFolder } from './assets.ts'
import { BearerToken } from './bearer-token.ts'
import { type Certificate, openCertificate } from './certificate.ts'
import { compressAnswers } from './compression.ts'
import type { FollowedFiles } from './followed-file.ts'
import { answerTo, namesOf } from './host-names.ts'
import type { HttpOptions } from './options.ts'
import { PageStreams } from './page-stream.ts'
import { httpProblems } from './problems.ts'
import { serveApi } from './routes/api.ts'
import { openPaths, serveHealth } from './routes/health.ts'
import { ownPage, servePage } from './routes/metrics.ts'
import { pagePaths, serveWebPage } from './routes/page.ts'
import { serveRows } from './routes/rows.ts'
import { serveTraces } from './routes/traces.ts'
import { httpEvents } from './telemetry.ts'
import { answerUnknownPaths } from './unknown-paths.ts'

/** Large pages that may be rendered at the same time: each takes turns of the event loop from the scraping. */
const rendersAtOnce = 2
const certificateEveryMs = 10_000

export interface ServerContext {
  readonly reading: Reading
  readonly pages: readonly PulledPage[]
  /** The rows of now, as NDJSON. */
  readonly rows: (filter: RowFilter) => PulledPage
  readonly telemetry: Telemetry
  readonly version: string
  /** Takes one of the next 20 ports when the configured one is taken. */
  readonly portFallback?: boolean
  /** What relative paths of files start from; the working directory without it. */
  readonly baseDirectory?: string
  readonly clock?: Clock
  /** The modules of the page for people; the collector's own without it. */
  readonly pageFolder?: URL
}

export interface HttpServer {
  /** Resolves once requests are answered; throws a `Problem` when that cannot be. Called once. */
  listen(): Promise<{ readonly url: string }>
  /** Ends listening and every connection; safe twice and before `listen`. */
  close(): Promise<void>
}

/** Serves pages, API and web page. */
export function createServer(options: HttpOptions, context: ServerContext): HttpServer {
  const { telemetry, clock = systemClock, portFallback = false, baseDirectory = '' } = context
  let app: App | undefined
  let endFollowing = () => {}

  const open = async (): Promise<App> => {
    const { tls, bearerTokenFile } = options
    const certificate = tls && (await openCertificate({ cert: resolve(baseDirectory, tls.cert), key: resolve(baseDirectory, tls.key) }))
    const made = createApp({ telemetry, version: context.version, ...(certificate && { tls: certificate.current }) })
    const names = namesOf(options)
    if (names) answerTo(made, names)
    if (bearerTokenFile) await protect(made, new BearerToken(resolve(baseDirectory, bearerTokenFile), telemetry))
    await made.after()
    serve(made, context, options)
    if (certificate) endFollowing = repeat(clock, certificateEveryMs, () => void follow(made, certificate, telemetry))
    return made
  }

  return {
    async listen() {
      app = await open()
      const { host, port } = options.listen
      const became = await listenAt(app, options.listen, { portFallback, problems: httpProblems })
      if (port !== 0 && became !== port) telemetry.emit(httpEvents.portMoved, { taken: port, port: became })
      const url = urlOf({ host, port: became }, options.tls ? 'https' : 'http')
      telemetry.emit(httpEvents.listening, { url })
      return { url }
    },
    async close() {
      endFollowing()
      await app?.close()
    },
  }
}

function serve(app: App, context: ServerContext, { jaeger = null }: { readonly jaeger?: string | null | undefined }): void {
  const { reading, pages, rows, telemetry, clock = systemClock, pageFolder = uiFolder } = context
  answerUnknownPaths(app)
  compressAnswers(app)
  serveHealth(app, reading)
  serveApi(app, reading, { jaeger })
  serveTraces(app, reading, clock)
  serveWebPage(app, assetsOf(pageFolder))
  servePage(app, ownPage(telemetry.metrics), new PageStreams({ clock, telemetry, atOnce: Infinity }))
  const streams = new PageStreams({ clock, telemetry, atOnce: rendersAtOnce })
  for (const page of pages) servePage(app, page, streams)
  serveRows(app, rows, { streams, clock })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

async function protect(app: App, token: BearerToken): Promise<void> {
  await token.open()
  app.addHook('onRequest', async (request, reply) => {
    const { url = '' } = request.routeOptions
    if (openPaths.has(url) || pagePaths.has(url) || (await token.admits(request.headers.authorization))) return undefined
    const message = 'This collector asks for its token: Authorization: Bearer <token>.'
    return sendError(reply.header('www-authenticate', 'Bearer realm="mesh-telemetry"'), 401, { code: 'unauthorized', message })
  })
}

async function follow(app: App, certificate: FollowedFiles<Certificate>, telemetry: Telemetry): Promise<void> {
  try {
    const { changed } = await certificate.refresh()
    if (!changed) return
    app.server.setSecureContext(certificate.current)
    telemetry.emit(httpEvents.fileReloaded, { file: 'http.tls' })
  } catch (error) {
    telemetry.emit(httpEvents.fileUnusable, { file: 'http.tls', error: (error as Error).message })
  }
}
