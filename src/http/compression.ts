import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { App } from './app.ts'
import { prefersGzip } from './encoding.ts'

const gzipped = promisify(gzip)

/** Below it there is nothing to gain. */
const leastLength = 4_096
/** Beyond it, packing takes longer than it saves on the way. */
const level = 4

/** Packs answers in JSON where the reader prefers that, in a thread of Node's own. What streams itself packs itself. */
export function compressAnswers(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || !String(reply.getHeader('content-type')).startsWith('application/json')) return payload
    void reply.header('vary', 'accept-encoding')
    if (request.method === 'HEAD' || payload.length < leastLength || !prefersGzip(request.headers['accept-encoding'])) return payload
    const packed = await gzipped(payload, { level })
    void reply.header('content-encoding', 'gzip').removeHeader('content-length')
    return packed
  })
}
