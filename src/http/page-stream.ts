import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PulledPage } from '../model/pulled-page.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { sendError } from './answers.ts'
import { prefersGzip } from './encoding.ts'
import { httpEvents, httpMetrics } from './telemetry.ts'

const retryAfterSeconds = 5
/** Longer than any scrape_timeout in use; a reader that stalls must not keep a place for ever. */
const deadlineMs = 60_000
/** Of a reader's name for itself, as much tells it from others. */
const longestAgent = 200
/** How this program's commands call themselves: somebody who looks is no destination. */
const ownCommand = /^mesh-telemetry\//

export interface StreamSettings {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** How many pages may be rendered at the same time. */
  readonly atOnce: number
}

/** Sends pages piece by piece, as fast as the reader takes them and no faster. */
export class PageStreams {
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #atOnce: number
  #running = 0

  constructor({ clock, telemetry, atOnce }: StreamSettings) {
    this.#clock = clock
    this.#telemetry = telemetry
    this.#atOnce = atOnce
  }

  /** Answers with the page; 503 while too many are being rendered. A reader that leaves ends the rendering. */
  send(page: PulledPage, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const gzip = prefersGzip(request.headers['accept-encoding'])
    void reply.header('content-type', page.contentType).header('vary', 'accept-encoding')
    if (gzip) void reply.header('content-encoding', 'gzip')
    if (request.method === 'HEAD') return reply.send()
    if (this.#running >= this.#atOnce) return this.#refuse(reply)
    const agent = request.headers['user-agent'] ?? ''
    const isOwn = ownCommand.test(agent)
    if (!isOwn) page.fetched?.(`${request.ip} ${agent.slice(0, longestAgent)}`)
    const source = this.#rendering(page, reply)
    if (!isOwn)
      source.once('end', () => this.#telemetry.metrics.set(httpMetrics.pageFetched, this.#clock.wallMs() / 1_000, { path: page.path }))
    return reply.send(gzip ? pipeline(source, createGzip({ level: 3 }), () => {}) : source)
  }

  #refuse(reply: FastifyReply): FastifyReply {
    const message = `${this.#atOnce} pages are being rendered already. Try again in ${retryAfterSeconds} s.`
    return sendError(reply.header('retry-after', retryAfterSeconds), 503, {
      code: 'too_many_renders',
      message,
    })
  }

  #rendering(page: PulledPage, { raw }: FastifyReply): Readable {
    const { path } = page
    const source = Readable.from(page.render())
    const beganMs = this.#clock.monotonicMs()
    this.#running++
    const cancel = this.#clock.after(deadlineMs, () => {
      this.#telemetry.emit(httpEvents.pageCut, { path, seconds: deadlineMs / 1_000 })
      source.destroy()
    })
    source.once('error', (error: NodeJS.ErrnoException) => {
      // Before the first byte it becomes an answer that says so; a reader who left is nobody's fault.
      if (raw.headersSent && error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
        this.#telemetry.emit(httpEvents.answerFailed, { path, error: error.stack })
    })
    return source.once('close', () => {
      cancel()
      this.#running--
      this.#telemetry.metrics.observe(httpMetrics.pageDuration, (this.#clock.monotonicMs() - beganMs) / 1_000, { path })
    })
  }
}
