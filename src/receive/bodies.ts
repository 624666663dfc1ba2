import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, inflate, inflateRaw } from 'node:zlib'
import { RefusedRequest } from './refused-request.ts'

/** What all bodies that are being read may hold together: many slow senders are not to hold a body's limit each. */
const mostHeldBytes = 64 * 2 ** 20

const inflaters = { gunzip: promisify(gunzip), inflate: promisify(inflate), inflateRaw: promisify(inflateRaw) }

export type Coding = 'identity' | 'gzip' | 'deflate'

/** How a body is coded, by the header `Content-Encoding`; `undefined` for what is not read. */
export function codingOf(header: string | undefined): Coding | undefined {
  const word = header?.trim().toLowerCase() ?? ''
  if (word === '' || word === 'identity') return 'identity'
  if (word === 'gzip' || word === 'x-gzip') return 'gzip'
  return word === 'deflate' ? 'deflate' : undefined
}

export interface ReceivedBody {
  readonly body: Buffer
  /** Before it was inflated. */
  readonly cameBytes: number
}

/** Reads the bodies of requests, each and all together within bounds. */
export class Bodies {
  readonly #limitBytes: number
  readonly #mostInflating: number
  readonly #turns: (() => void)[] = []
  #heldBytes = 0
  #inflating = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
    this.#mostInflating = Math.max(1, Math.floor(mostHeldBytes / limitBytes))
  }

  /** @throws {RefusedRequest} where it is too long, cut short, or not coded as it says; or where too much is being read at once */
  async read(stream: Readable, coding: Coding): Promise<ReceivedBody> {
    const held = { bytes: 0 }
    try {
      const body = await this.#whole(stream, held)
      return { body: coding === 'identity' ? body : await this.#inTurn(() => this.#inflated(body, coding)), cameBytes: held.bytes }
    } finally {
      this.#heldBytes -= held.bytes
    }
  }

  #whole(stream: Readable, held: { bytes: number }): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = []
      let isOver = false
      const end = (refusal?: RefusedRequest) => {
        isOver = true
        if (refusal) reject(refusal)
        else resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts))
      }
      stream.on('data', (part: Buffer) => {
        if (isOver) return // what still comes is let go, so that the answer can be read
        held.bytes += part.length
        this.#heldBytes += part.length
        parts.push(part)
        if (held.bytes > this.#limitBytes) end(this.#tooLong())
        else if (this.#heldBytes > Math.max(mostHeldBytes, this.#limitBytes)) end(tooMuchAtOnce())
      })
      stream.once('end', () => isOver || end())
      stream.once('close', () => isOver || end(new RefusedRequest(400, 'The request ended before its body did.')))
      stream.once('error', () => isOver || end(new RefusedRequest(400, 'The body could not be read.')))
    })
  }

  /** Few bytes may become as many as a body may have: no more are inflated at once than may be held. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.#inflating >= this.#mostInflating) await new Promise<void>((resolve) => this.#turns.push(resolve))
    this.#inflating++
    try {
      return await work()
    } finally {
      this.#inflating--
      this.#turns.shift()?.()
    }
  }

  async #inflated(body: Buffer, coding: Exclude<Coding, 'identity'>): Promise<Buffer> {
    try {
      return await inflaters[inflaterOf(body, coding)](body, { maxOutputLength: this.#limitBytes })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLong()
      throw new RefusedRequest(400, `The body is not coded as ${coding}, as its header says: ${(error as Error).message}.`)
    }
  }

  #tooLong(): RefusedRequest {
    return new RefusedRequest(413, `The body is longer than ${this.#limitBytes} bytes (traces.bodyLimit).`)
  }
}

const tooMuchAtOnce = () => new RefusedRequest(503, 'Too many bodies are on their way at once.', { retryAfterMs: 1_000 })

/** HTTP's deflate is the format of zlib (RFC 9110 §8.4.1.2); some senders leave its two bytes away, of which the first ends in 8. */
function inflaterOf(body: Buffer, coding: 'gzip' | 'deflate'): keyof typeof inflaters {
  if (coding === 'gzip') return 'gunzip'
  return ((body[0] ?? 0) & 0x0f) === 8 ? 'inflate' : 'inflateRaw'
}
