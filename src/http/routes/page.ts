import { Buffer } from 'node:buffer'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { sendError } from '../answers.ts'
import type { App } from '../app.ts'
import type { Asset, Assets } from '../assets.ts'
import { prefersGzip } from '../encoding.ts'

const filesPath = '/ui/:digest/*'

/** What answers without a token: the page is the same for everybody and asks for the token itself. */
export const pagePaths: ReadonlySet<string> = new Set(['/', filesPath])

/** `/` and what it loads: the page for people, which reads the API in their browser. */
export function serveWebPage(app: App, assets: () => Promise<Assets>): void {
  app.get(
    '/',
    {
      schema: {
        summary: 'Who calls whom, as a page for people.',
        response: { 200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { shell } = await assets()
      const { etag, contentSecurityPolicy } = shell
      void reply.headers({
        etag,
        'cache-control': 'no-cache',
        'content-security-policy': contentSecurityPolicy,
        'cross-origin-opener-policy': 'same-origin',
      })
      return send(shell, request, isKnown(request.headers['if-none-match'], etag) ? notModified(reply) : reply)
    },
  )
  app.get(filesPath, { schema: { hide: true, params: z.object({ digest: z.string(), '*': z.string() }) } }, async (request, reply) => {
    const { digest, files } = await assets()
    const asset = request.params.digest === digest ? files.get(request.params['*']) : undefined
    if (!asset) return sendError(reply, 404, { code: 'not_found', message: 'The page has no such file, or not any more: load it again.' })
    return send(asset, request, reply.header('cache-control', 'public, max-age=31536000, immutable'))
  })
}

function send({ contentType, body, gzipped }: Asset, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({ 'content-type': contentType, vary: 'accept-encoding' })
  if (!prefersGzip(headers['accept-encoding'])) return reply.send(Buffer.from(body.buffer, body.byteOffset, body.length))
  return reply.header('content-encoding', 'gzip').send(Buffer.from(gzipped.buffer, gzipped.byteOffset, gzipped.length))
}

/** A browser replaces the headers that it has kept by those of this answer: they are the page's own, and Node leaves out the body. */
const notModified = (reply: FastifyReply): FastifyReply => reply.code(304)

/** RFC 9110 §13.1.2: any of a list, or all; strong and weak are the same here. */
const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag.replace(/^W\//, '')))
