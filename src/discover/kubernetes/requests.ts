import type { Readable } from 'node:stream'
import { request } from 'undici'
import { Problem } from '../../runtime/problem.ts'
import type { Ask } from './cluster-api.ts'
import type { Access } from './client.ts'
import { kubernetesProblems as kinds } from './problems.ts'
import { type Asked, refusal } from './refusals.ts'

export interface Request extends Asked, Ask {
  readonly body?: object
  readonly contentType?: string
  /** How long an answer may let wait for itself. */
  readonly answerMs: number
  /** How long nothing may be heard in its body; without, as long. */
  readonly silenceMs?: number
}

/**
 * Asks, and asks once more as somebody else where the server did not know us: a token may have been replaced.
 *
 * @returns the body of a success, which is the caller's to read
 */
export async function ask(access: Access, asked: Request): Promise<Readable> {
  try {
    return await askOnce(access, asked)
  } catch (error) {
    if (!(error instanceof Problem && error.kind === kinds.kubernetes_unauthorized)) throw error
    access.renew()
    return askOnce(access, asked)
  }
}

/**
 * Over HTTP/2 all requests wait for one connection: towards a frozen server they fail one after the other, each ten seconds later than the one before
 * (measured with undici 8.12).
 */
const ownConnection = { allowH2: false }

async function askOnce(access: Access, asked: Request): Promise<Readable> {
  const { method, path, query = {}, body, contentType, signal, answerMs, silenceMs = answerMs } = asked
  const url = new URL(access.server + path)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  try {
    const { headers, dispatcher } = await access.credentials()
    const answer = await request(url, {
      method,
      headers: { ...headers, accept: 'application/json', ...(contentType && { 'content-type': contentType }) },
      ...ownConnection,
      headersTimeout: answerMs,
      bodyTimeout: silenceMs,
      ...(body && { body: JSON.stringify(body) }),
      ...(dispatcher && { dispatcher }),
      ...(signal && { signal }),
    })
    if (answer.statusCode < 300) return answer.body
    throw refusal(asked, { status: answer.statusCode, body: await answer.body.text() })
  } catch (error) {
    throw asProblem(error, access.server)
  }
}

const timeouts = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']

/** What broke on the way, in our words; the names of the causes are those of undici and of the system. */
export function asProblem(error: unknown, server: string): Problem {
  if (error instanceof Problem) return error
  const { code, message } = error as { code?: string; message: string }
  const kind = timeouts.includes(code ?? '') ? kinds.kubernetes_timeout : kinds.kubernetes_unreachable
  return new Problem(kind, `${server} cannot be asked: ${message}`, { cause: error })
}
