import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { Problem } from '../runtime/problem.ts'
import type { Context } from './context.ts'
import { fileReasonOf } from './file-reason.ts'
import { cliProblems } from './problems.ts'

const timeoutMs = 10_000

/** A running collector, asked over HTTP. */
export class CollectorClient {
  readonly #server: URL
  readonly #tokenFile: string | undefined
  readonly #signal: AbortSignal

  constructor(
    { server, tokenFile }: { readonly server: URL; readonly tokenFile: string | undefined },
    { signal }: Pick<Context, 'signal'>,
  ) {
    this.#server = server
    this.#tokenFile = tokenFile
    this.#signal = signal
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

  /** An answer as it came. Throws as `answer`. */
  async text(path: string): Promise<string> {
    const url = this.#url(path)
    const response = await this.#ask(url)
    if (response.status === 401 || response.status === 403)
      throw new Problem(cliProblems.server_refused, `${url.origin} does not let us in: ${response.status}`)
    if (!response.ok)
      throw new Problem(cliProblems.server_answer_unusable, `${url.href} answered ${response.status} ${response.statusText}`)
    return await response.text()
  }

  async #ask(url: URL): Promise<Response> {
    const headers = this.#tokenFile === undefined ? {} : { authorization: `Bearer ${await tokenIn(this.#tokenFile)}` }
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(timeoutMs)])
    try {
      // A redirect would carry the token elsewhere.
      return await fetch(url, { headers, signal, redirect: 'manual' })
    } catch (error) {
      throw new Problem(cliProblems.server_unreachable, `no collector answers at ${url.origin}: ${reasonOf(error)}`, { cause: error })
    }
  }

  #url(path: string): URL {
    return new URL(path, this.#server.href.endsWith('/') ? this.#server : `${this.#server.href}/`)
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

/** The few words of a system error that help: `ECONNREFUSED`, `no answer within 10 s`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  const inner = error.cause instanceof Error ? error.cause : error
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message
}
