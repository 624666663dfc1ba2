import { legible } from '../../runtime/legible.ts'
import type { ProblemKind } from '../../runtime/problem.ts'
import { DeliveryProblem } from '../destination.ts'
import type { Answer } from './post.ts'
import { spanProblems } from './problems.ts'

/** Of the server's text, characters. */
const shownOfAnswer = 300

/** One span that a backend cannot read or does not want makes it refuse all that came with it: so do Jaeger 1 and the OpenTelemetry Collector. */
const mayBeInPart = new Set([400, 422])

type Passing = (status: number) => boolean

/**
 * What an answer means that is no success, ready to show.
 *
 * @param passing which of 408 and the statuses from 500 on may be another later; the others refuse the spans for good
 */
export function verdictOn({ status, headers, body }: Answer, passing?: Passing): DeliveryProblem {
  const said = legible(Buffer.from(body).toString().replaceAll(/\s+/g, ' ').trim(), shownOfAnswer)
  const to = headers.get('location')
  const message = `The answer is ${status}${to ? ` to ${legible(to, shownOfAnswer)}` : ''}${said ? `: ${said}` : '.'}`
  return refusalBy(status, message, { ...(passing && { passing }), ...waitOf(headers) })
}

/** What a status means that is no success. */
export function refusalBy(
  status: number,
  message: string,
  { passing = () => true, ...wait }: { readonly passing?: Passing; readonly retryAfterMs?: number } = {},
): DeliveryProblem {
  const kind = kindOf(status, passing)
  return new DeliveryProblem(kind, message, {
    isTooLarge: kind === spanProblems.spans_too_large,
    mayBeInPart: mayBeInPart.has(status),
    ...wait,
  })
}

function kindOf(status: number, passing: Passing): ProblemKind {
  if (status === 413) return spanProblems.spans_too_large
  if (status === 401 || status === 403) return spanProblems.spans_unauthorized
  if (status === 404 || status === 405) return spanProblems.spans_wrong_path
  if (status === 415) return spanProblems.spans_not_understood
  if (status === 429) return spanProblems.spans_throttled
  if (status >= 300 && status < 400) return spanProblems.spans_redirected
  return (status === 408 || status >= 500) && passing(status) ? spanProblems.spans_unavailable : spanProblems.spans_refused
}

/** Seconds or a date, as RFC 9110 has it. */
function waitOf(headers: Headers): { readonly retryAfterMs?: number } {
  const text = headers.get('retry-after')?.trim()
  if (!text) return {}
  const ms = /^\d+$/.test(text) ? Number(text) * 1e3 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {}
}
