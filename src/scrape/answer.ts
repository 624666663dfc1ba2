import type { Clock } from '../runtime/clock.ts'
import { legible } from '../runtime/legible.ts'
import { Problem } from '../runtime/problem.ts'
import type { BufferPool, PageBuffer } from './buffers.ts'
import type { Head } from './head.ts'
import { scrapeProblems } from './problems.ts'

/** A complete body. It is lent: whoever got it gives it back to the pool. */
export interface Answer {
  readonly body: PageBuffer
  /** From the request's last byte out to the answer's first byte in. */
  readonly firstByteMs: number
}

/** Asks one target, over one connection that is kept between requests. */
export interface Asker {
  /**
   * One GET, one at a time.
   *
   * @param path path and query, as they go onto the wire
   * @param deadlineMs on the monotonic clock; connecting is included
   * @throws {Problem} for everything but a complete page
   */
  ask(path: string, deadlineMs: number): Promise<Answer>
  /** Ends the request that runs, which then rejects as all later ones do, and the connection. Safe twice. */
  close(): void
}

/** What all askers of a scraper share. */
export interface Ground {
  readonly clock: Clock
  readonly buffers: BufferPool
  /** What a socket reads into. One for all, because it is emptied before the next socket's turn. */
  readonly received: Buffer
  readonly allowLoopback: boolean
  readonly userAgent: string
}

/** Sent with every request. Never a credential, and no Accept-Encoding: unpacking would cost more than reading plain bytes. */
export const requestHeaders = (userAgent: string) => ({ Accept: 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1', 'User-Agent': userAgent })

/** @throws {Problem} when no page comes with such a head */
export function requirePage({ status, contentType, contentEncoding }: Head): void {
  if (status !== 200) throw new Problem(statusKind(status), `The target answered with status ${status}.`)
  if (contentEncoding !== undefined && !['', 'identity'].includes(contentEncoding.toLowerCase())) {
    throw new Problem(scrapeProblems.encoded_page, `The page came with Content-Encoding "${legible(contentEncoding)}".`)
  }
  const [mediaType = ''] = (contentType ?? '').split(';')
  if (!['', 'text/plain'].includes(mediaType.trim().toLowerCase())) {
    throw new Problem(scrapeProblems.wrong_content_type, `The answer is "${legible(contentType ?? '')}", not text/plain.`)
  }
}

function statusKind(status: number) {
  if (status >= 300 && status < 400) return scrapeProblems.redirected
  if (status >= 400 && status < 500) return scrapeProblems.status_4xx
  return status >= 500 ? scrapeProblems.status_5xx : scrapeProblems.unexpected_status
}

const byErrorCode: Readonly<Record<string, (typeof scrapeProblems)[keyof typeof scrapeProblems]>> = {
  ECONNREFUSED: scrapeProblems.connection_refused,
  EHOSTUNREACH: scrapeProblems.host_unreachable,
  ENETUNREACH: scrapeProblems.host_unreachable,
  EHOSTDOWN: scrapeProblems.host_unreachable,
  ENETDOWN: scrapeProblems.host_unreachable,
  ECONNRESET: scrapeProblems.connection_reset,
  EPIPE: scrapeProblems.connection_reset,
  ETIMEDOUT: scrapeProblems.scrape_timeout,
  ENOTFOUND: scrapeProblems.name_not_found,
  EAI_AGAIN: scrapeProblems.name_not_found,
  ENODATA: scrapeProblems.name_not_found,
}

/** What the platform says of a connection, as a problem. */
export function connectionProblem(cause: Error): Problem {
  if (cause instanceof Problem) return cause
  const code = 'code' in cause ? String(cause.code) : ''
  return new Problem(byErrorCode[code] ?? scrapeProblems.connection_failed, `The connection failed: ${cause.message || code}.`, { cause })
}

/** The deadline passed; says how far the answer had come. */
export function timeoutProblem(reached: { readonly connected: boolean; readonly bytes: number | undefined }): Problem {
  const where = !reached.connected
    ? 'while connecting'
    : reached.bytes === undefined
      ? 'while waiting for the answer'
      : `after ${reached.bytes} bytes of the page`
  return new Problem(scrapeProblems.scrape_timeout, `The deadline passed ${where}.`)
}

/** What ends a request that nobody waits for any more; never shown. */
export const letGo = (): Problem => new Problem(scrapeProblems.connection_failed, 'The collector let go of the target.')
