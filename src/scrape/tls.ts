import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Problem } from '../runtime/problem.ts'
import { checkedLookup, hostOf, requireAddress } from './address.ts'
import { type Answer, type Asker, connectionProblem, type Ground, letGo, requestHeaders, requirePage, timeoutProblem } from './answer.ts'
import type { Head } from './head.ts'
import { scrapeProblems } from './problems.ts'

/** The authorities that Node brings along, those of the system, and those named in NODE_EXTRA_CA_CERTS. */
export function systemTrust(): SecureContext {
  return createSecureContext({ ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])] })
}

export interface TlsOptions {
  readonly ground: Ground
  readonly trust: SecureContext
  /** Takes any certificate. */
  readonly isAnyoneTrusted?: boolean
  /** Headers beside the usual ones, asked for before each request. Targets have none: a credential goes nowhere but where this says so. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>
  /** Throws the `Problem` of an answer that is no page; else the usual ones. */
  readonly requireHead?: (head: Head) => void
}

/** One kept connection to an https target, through the platform's client, with the same limits and the same problems as a plain one. */
export class TlsConnection implements Asker {
  readonly #url: URL
  readonly #options: TlsOptions
  readonly #ground: Ground
  readonly #agent: Agent
  #abort: AbortController | undefined
  #closed = false

  constructor(url: URL, options: TlsOptions) {
    this.#url = url
    this.#options = options
    this.#ground = options.ground
    // Said outright: else an environment variable of Node's could have any certificate taken.
    const rejectUnauthorized = !options.isAnyoneTrusted
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, secureContext: options.trust, rejectUnauthorized })
  }

  async ask(path: string, deadlineMs: number): Promise<Answer> {
    const { clock } = this.#ground
    if (this.#closed) throw letGo()
    const abort = new AbortController()
    const progress: Progress = { connected: false, bytes: undefined }
    const cancelDeadline = clock.after(deadlineMs - clock.monotonicMs(), () => abort.abort(timeoutProblem(progress)))
    this.#abort = abort
    try {
      return await this.#read(path, { signal: abort.signal, progress })
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : tlsProblem(error, progress)
    } finally {
      cancelDeadline()
    }
  }

  close(): void {
    this.#closed = true
    this.#abort?.abort(letGo())
    this.#agent.destroy()
  }

  async #read(path: string, { signal, progress }: { signal: AbortSignal; progress: Progress }): Promise<Answer> {
    const { clock, buffers } = this.#ground
    const headers = await this.#options.headers?.()
    const sentMs = clock.monotonicMs()
    const answer = await this.#answer(path, { signal, progress, ...(headers && { headers }) })
    const firstByteMs = clock.monotonicMs() - sentMs
    const body = buffers.take()
    try {
      const requireHead = this.#options.requireHead ?? requirePage
      requireHead({
        status: answer.statusCode ?? 0,
        contentType: answer.headers['content-type'],
        contentEncoding: answer.headers['content-encoding'],
      })
      for await (const chunk of answer) {
        body.append(chunk as Buffer, 0, (chunk as Buffer).length)
        progress.bytes = body.length
      }
      return { body, firstByteMs }
    } catch (error) {
      answer.destroy()
      buffers.give(body)
      throw error
    }
  }

  async #answer(path: string, asked: Asked): Promise<IncomingMessage> {
    const { signal, progress } = asked
    const sent = this.#request(path, asked)
    sent.on('error', () => {}) // whoever reads the answer hears of it there
    sent.on('socket', (socket) => {
      progress.connected = sent.reusedSocket
      socket.once('secureConnect', () => (progress.connected = true))
    })
    sent.end()
    try {
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      progress.bytes = 0
      return answer
    } catch (error) {
      // The same race as on a plain connection: the target closed in the moment in which it was asked.
      if (sent.reusedSocket && !signal.aborted) return this.#answer(path, asked)
      throw error
    }
  }

  #request(path: string, { signal, headers: more }: Asked): ClientRequest {
    const rule = { allowLoopback: this.#ground.allowLoopback }
    const host = hostOf(this.#url)
    requireAddress(host, rule)
    const headers = { Host: this.#url.host, ...requestHeaders(this.#ground.userAgent), ...more }
    const place = { host, port: Number(this.#url.port || 443), path, lookup: checkedLookup(rule) }
    return request({ ...place, method: 'GET', headers, agent: this.#agent, maxHeaderSize: 16 * 1024, signal })
  }
}

interface Asked {
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly headers?: Readonly<Record<string, string>>
}

/** How far an answer had come. */
interface Progress {
  connected: boolean
  bytes: number | undefined
}

/** What the platform's client says, as a problem. Source of the codes: Node's documentation of errors, llhttp's and OpenSSL's names. */
function tlsProblem(error: unknown, { connected, bytes }: Progress): Problem {
  const cause = error instanceof Error ? error : new Error(String(error))
  if (cause instanceof Problem) return cause
  const code = 'code' in cause ? String(cause.code) : ''
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Problem(scrapeProblems.head_too_large, "The answer's head is larger than 16 KiB.", { cause })
  if (code.startsWith('HPE_'))
    return new Problem(bytes === undefined ? scrapeProblems.not_http : scrapeProblems.bad_framing, `${cause.message}.`, { cause })
  if (bytes !== undefined)
    return new Problem(scrapeProblems.cut_short, `The connection was closed after ${bytes} bytes of the page.`, { cause })
  const handshake = /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/.test(code)
  if (handshake && !connected) return new Problem(scrapeProblems.tls_failed, `The TLS handshake failed: ${cause.message}.`, { cause })
  return connectionProblem(cause)
}
