import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { fetchCause } from '../../runtime/fetch-cause.ts'
import { DeliveryProblem } from '../destination.ts'
import { spanProblems } from './problems.ts'

const compressed = promisify(gzip)

/** What is read of an answer: more is nobody's business here. */
const answerLimitBytes = 64 * 1024

export interface Post {
  readonly url: URL
  readonly contentType: string
  readonly body: Uint8Array | string
  readonly gzip: boolean
  readonly headers: Readonly<Record<string, string>>
  /** Absolute; read for each request, since tokens are replaced. */
  readonly bearerTokenFile?: string | undefined
  /** Milliseconds. */
  readonly timeout: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/**
 * One request; a redirect is an answer like any other.
 *
 * @throws {DeliveryProblem} `spans_timeout`, `spans_unreachable` or `spans_no_token`; what the signal says once it is aborted
 */
export async function post({ url, contentType, body, ...asked }: Post, outerSignal: AbortSignal): Promise<Answer> {
  const signal = AbortSignal.any([outerSignal, AbortSignal.timeout(asked.timeout)])
  const headers = new Headers(asked.headers)
  headers.set('content-type', contentType)
  if (asked.gzip) headers.set('content-encoding', 'gzip')
  if (asked.bearerTokenFile !== undefined) headers.set('authorization', `Bearer ${await tokenOf(asked.bearerTokenFile)}`)
  const sent = asked.gzip ? await compressed(body) : body
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: sent as Uint8Array<ArrayBuffer> | string, redirect: 'manual', signal })
    return { status: answer.status, headers: answer.headers, body: await beginningOf(answer) }
  } catch (error) {
    outerSignal.throwIfAborted()
    if (signal.aborted) throw new DeliveryProblem(spanProblems.spans_timeout, `No answer within ${asked.timeout / 1e3} seconds.`)
    throw new DeliveryProblem(spanProblems.spans_unreachable, `${url.origin} cannot be reached: ${fetchCause(error)}.`)
  }
}

async function beginningOf({ body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part)
    length += part.length
    if (length >= answerLimitBytes) break
  }
  return Buffer.concat(parts).subarray(0, answerLimitBytes)
}

async function tokenOf(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8').catch(unreadable(file))).trim()
  if (!/^[\x21-\x7e]+$/.test(token)) throw new DeliveryProblem(spanProblems.spans_no_token, `The file ${file} holds no single token.`)
  return token
}

const unreadable = (file: string) => (cause: NodeJS.ErrnoException) => {
  throw new DeliveryProblem(spanProblems.spans_no_token, `The file ${file} cannot be read: ${cause.code ?? cause.message}.`)
}
