import { readFile } from 'node:fs/promises'
import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { Problem } from '../runtime/problem.ts'
import type { Context } from './context.ts'
import { fileReasonOf } from './file-reason.ts'
import { version } from './package-version.ts'
import { cliProblems } from './problems.ts'

/** For a whole answer. */
const usualTimeoutMs = 10_000

export interface CollectorAccess {
  readonly server: URL
  readonly tokenFile: string | undefined
  readonly timeoutMs?: number
  /** Takes any certificate: of a tunnel, whose other end somebody else vouches for. */
  readonly anyCertificate?: boolean
}

/** Who answers at an address: a collector; nobody, or somebody else; or it takes connections and says nothing. */
export type Presence = 'collector' | 'none' | 'silent'

type Answer = Pick<Response, 'ok' | 'status' | 'statusText' | 'body' | 'text'>

/** A running collector, asked over HTTP. */
export class CollectorClient {
  readonly #access: CollectorAccess
  readonly #signal: AbortSignal
  #agent: Dispatcher | undefined

  constructor(access: CollectorAccess, { signal }: Pick<Context, 'signal'>) {
    this.#access = access
    this.#signal = signal
  }

  get server(): URL {
    return this.#access.server
  }

  /**
   * An answer of the API, held to its schema.
   *
   * @param path relative to the server: `api/v1/edges?window=5m`
   * @throws {Problem} of `cliProblems`
   */
  async answer<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    const text = await this.text(path)
    const { success, data } = schema.safeParse(jsonOf(text))
    if (!success)
      throw new Problem(cliProblems.server_answer_unusable, `${this.#url(path).href} answered with something else than was asked for`)
    return data
  }

  /**
   * Who answers: a collector, be it that it wants a token for more. Others use the same port, OpenTelemetry's exporter for one: they are not shown the
   * token, which this question does not take.
   */
  async presence(): Promise<Presence> {
    const unknown = new CollectorClient({ ...this.#access, tokenFile: undefined }, { signal: this.#signal })
    try {
      await unknown.answer('healthz', z.object({ status: z.literal('ok') }))
      return 'collector'
    } catch (error) {
      const nobody = [cliProblems.server_unreachable, cliProblems.server_answer_unusable]
      if (!(error instanceof Problem && nobody.some(({ code }) => code === error.kind.code))) throw error
      return isTimeout(error.cause) ? 'silent' : 'none'
    }
  }

  /** An answer as it came. Throws as `answer`. */
  async text(path: string): Promise<string> {
    return this.#read(path, (response) => response.text())
  }

  /**
   * Hands an answer over piece by piece, for pages that may be large. Throws as `answer`.
   *
   * @param take says whether it wants more
   */
  async pieces(path: string, take: (piece: Uint8Array) => boolean): Promise<void> {
    await this.#read(path, async ({ body }) => {
      for await (const piece of body ?? []) if (!take(piece)) return
    })
  }

  async #read<T>(path: string, read: (response: Answer) => Promise<T>): Promise<T> {
    const url = this.#url(path)
    const response = await this.#reached(url, this.#ask(url))
    if (response.status === 401 || response.status === 403)
      throw new Problem(cliProblems.server_refused, `${url.origin} does not let us in: ${response.status}`)
    if (!response.ok)
      throw new Problem(cliProblems.server_answer_unusable, `${url.href} answered ${response.status} ${response.statusText}`)
    return this.#reached(url, read(response))
  }

  async #ask(url: URL): Promise<Answer> {
    const { tokenFile, timeoutMs = usualTimeoutMs, anyCertificate = false } = this.#access
    const authorization = tokenFile === undefined ? {} : { authorization: `Bearer ${await tokenIn(tokenFile)}` }
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(timeoutMs)])
    // A redirect would carry the token elsewhere.
    const asked = { headers: { ...authorization, 'user-agent': `mesh-telemetry/${version}` }, signal, redirect: 'manual' } as const
    if (!anyCertificate) return fetch(url, asked)
    const { Agent, fetch: fetchBy } = await import('undici') // the built-in one takes no agent of another version
    this.#agent ??= new Agent({ connect: { rejectUnauthorized: false } })
    return fetchBy(url, { ...asked, dispatcher: this.#agent })
  }

  /** What breaks on the way, at any time, is a collector that does not answer. */
  async #reached<T>(url: URL, task: Promise<T>): Promise<T> {
    try {
      return await task
    } catch (error) {
      if (error instanceof Problem) throw error
      throw new Problem(cliProblems.server_unreachable, `no collector answers at ${url.origin}: ${reasonOf(error)}`, { cause: error })
    }
  }

  #url(path: string): URL {
    const { server } = this.#access
    return new URL(path, server.href.endsWith('/') ? server : `${server.href}/`)
  }
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new Problem(cliProblems.file_unreadable, `the token file ${file} cannot be read: ${fileReasonOf(error)}`, { cause: error })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError'

/** The few words of a system error that help: `ECONNREFUSED`, `no answer within 10 s`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (isTimeout(error)) return 'no answer in time'
  const inner = error.cause instanceof Error ? error.cause : error
  if (inner.message === 'bad port') return 'it is one of the ports that HTTP is never asked at'
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message
  return code === 'ERR_SSL_WRONG_VERSION_NUMBER' ? `no TLS is spoken there, so that it may be http:// instead of https:// (${code})` : code
}
