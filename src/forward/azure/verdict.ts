import { legible } from '../../runtime/legible.ts'
import { DeliveryProblem } from '../destination.ts'
import { azureProblems } from './problems.ts'

/** What the client library throws, as far as it matters: the shapes of its errors are read, since its classes are loaded only where it is used. */
interface Thrown {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly statusCode?: number
  readonly response?: { readonly headers: { get(name: string): string | undefined } }
  /** Of AggregateLogsUploadError, whose own message says nothing. */
  readonly errors?: readonly { readonly cause: unknown }[]
}

/**
 * What an error of an upload means, ready to show. Holds neither the error itself nor its request: that one carries the token.
 *
 * @param isProbe whether the request carried no rows
 */
export function verdictOn(error: unknown, { isProbe }: { readonly isProbe: boolean }): DeliveryProblem {
  const thrown = causeOf(error)
  if (thrown instanceof DeliveryProblem) return thrown
  if (tokenErrors.has(thrown.name)) return noToken(thrown)
  const said = sentence(thrown)
  if (thrown.statusCode === undefined) return new DeliveryProblem(azureProblems.azure_unreachable, `The request failed: ${said}`)
  return answered(thrown, `Azure answers ${thrown.statusCode}: ${said}`, isProbe)
}

/** Why there is no token, ready to show. */
export const noToken = (error: unknown) => new DeliveryProblem(azureProblems.azure_no_token, `No token: ${sentence(causeOf(error))}`)

function answered({ statusCode, code, message, response }: Thrown, said: string, isProbe: boolean): DeliveryProblem {
  switch (statusCode) {
    case 400:
      if (!isProbe) return new DeliveryProblem(azureProblems.azure_rows_refused, said)
      return new DeliveryProblem(
        isAboutStream(code, message) ? azureProblems.azure_stream_unknown : azureProblems.azure_request_refused,
        said,
      )
    case 401:
      return new DeliveryProblem(azureProblems.azure_token_refused, said)
    case 403:
      return new DeliveryProblem(azureProblems.azure_forbidden, said)
    case 404:
      return new DeliveryProblem(isAboutStream(code, message) ? azureProblems.azure_stream_unknown : azureProblems.azure_rule_unknown, said)
    case 413:
      return new DeliveryProblem(azureProblems.azure_too_large, said, { isTooLarge: true })
    case 429:
      return new DeliveryProblem(azureProblems.azure_throttled, said, waitOf(response))
    default:
      return new DeliveryProblem(azureProblems.azure_unavailable, said, waitOf(response))
  }
}

function causeOf(error: unknown): Thrown | DeliveryProblem {
  const first = (error as Partial<Thrown> | undefined)?.errors?.[0]
  const isUpload = error instanceof Error && error.name === 'AggregateLogsUploadError'
  const cause = isUpload && first ? first.cause : error
  return cause instanceof Error ? cause : new Error(String(cause))
}

/** Names of the errors of \@azure/identity. Its own trouble with the network comes as one of these, too. */
const tokenErrors = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
])

/** What the service says of a stream that the rule does not declare is documented nowhere: the code is Azure's for such a stream in a rule, the word what it can hardly avoid. */
const isAboutStream = (code: string | undefined, message: string) => code === 'InvalidStream' || /\bstream\b/i.test(message)

/** Seconds or a date, as RFC 9110 has it. */
function waitOf(response: Thrown['response']): { readonly retryAfterMs?: number } {
  const text = response?.headers.get('retry-after')?.trim()
  if (!text) return {}
  const ms = /^\d+$/.test(text) ? Number(text) * 1e3 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {}
}

/** On one line, of bearable length: the errors of identities are whole pages. */
function sentence({ code, message }: Pick<Thrown, 'code' | 'message'>): string {
  const line = message.replaceAll(/\s+/g, ' ').trim()
  return legible(code === undefined || line.includes(code) ? line : `${code}: ${line}`, 500)
}
