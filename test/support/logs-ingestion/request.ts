import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** What the service does to a request when it is told to be in trouble, instead of its usual answer. */
export type Reaction =
  | { readonly answer: number; readonly code?: string; readonly message?: string; readonly retryAfter?: string }
  /** The usual answer, late. */
  | { readonly slowMs: number }
  /** The connection goes: before anything is stored, or after, when the answer would have come. */
  | { readonly dropped: 'before' | 'after' }
  /** Nothing is stored, and no answer ever comes. */
  | { readonly hangs: true }

export interface Answer {
  readonly status: number
  readonly code?: string
  readonly message?: string
  readonly retryAfter?: string
}

/** What the service knows: who may write, and where to. */
export interface Known {
  /** By token: until when it is good, and whether its identity has the role. */
  readonly tokens: ReadonlyMap<string, { readonly expiresMs: number; readonly hasRole: boolean }>
  readonly ruleId: string
  readonly streams: readonly string[]
}

/** Compressed and not; whether the real service means 1,000,000 or 1,048,576 is not documented, so the less is taken. */
const limitBytes = 1_000_000

/**
 * What the service says of a request, in the order: address, token, rule, role, stream, size, rows.
 * Texts of 403 and 404 as the client libraries' guides and tests show them; that of an unknown stream is made up.
 */
export function judge(request: IncomingMessage, body: Buffer, known: Known): Answer | { readonly rows: readonly unknown[] } {
  const url = new URL(request.url ?? '', 'https://localhost')
  const [, ruleId = '', stream = ''] = /^\/dataCollectionRules\/([^/]+)\/streams\/([^/]+)$/.exec(url.pathname) ?? []
  if (request.method !== 'POST' || ruleId === '') return { status: 404, code: 'ResourceNotFound', message: 'Nothing is here.' }
  if (url.searchParams.get('api-version') !== '2023-01-01') return { status: 400, code: 'InvalidApiVersion', message: 'What version?' }
  const identity = known.tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''))
  if (!identity || identity.expiresMs <= Date.now()) return { status: 401, code: 'Unauthorized', message: 'The token is not good.' }
  if (ruleId !== known.ruleId)
    return { status: 404, code: 'NotFound', message: `Data collection rule with immutable Id '${ruleId}' not found.` }
  if (!identity.hasRole) {
    const message = `The authentication token provided does not have access to ingest data for the data collection rule with immutable Id '${ruleId}'.`
    return { status: 403, code: 'OperationFailed', message }
  }
  if (!known.streams.includes(decodeURIComponent(stream)))
    return { status: 400, code: 'InvalidStream', message: `The rule has no stream ${stream}.` }
  return rowsOf(request, body)
}

function rowsOf({ headers }: IncomingMessage, body: Buffer): ReturnType<typeof judge> {
  const tooLarge = { status: 413, code: 'ContentLengthLimitExceeded', message: 'Maximum allowed content length: 1000000 bytes.' }
  const malformed = (message: string) => ({ status: 400, code: 'InvalidRequest', message })
  if (body.length > limitBytes) return tooLarge
  if (!headers['content-type']?.startsWith('application/json')) return malformed('The content type is not application/json.')
  try {
    const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    if (text.length > limitBytes) return tooLarge
    const rows = JSON.parse(text.toString()) as unknown
    return Array.isArray(rows) && rows.every(isObject) ? { rows } : malformed('The body is no array of objects.')
  } catch (error) {
    return malformed(`The body cannot be read: ${(error as Error).message}.`)
  }
}

const isObject = (row: unknown) => typeof row === 'object' && row !== null && !Array.isArray(row)
