import type { SpanText } from '../model/span.ts'
import { type Element, elementsOf } from './elements.ts'
import { RefusedRequest } from './refused-request.ts'
import { asSpan, type Fault, faultOf, membersIn, respelled } from './span-check.ts'

/** Of one span. What is sent on fits into a chunk whatever repair adds: a character of it may take three bytes there. */
export const longestSpanBytes = 256 * 1_024
/** As many as the longest body of sidecars has, many times over; spans that say nothing are many in few bytes. */
export const mostSpans = 10_000
/** A span has three levels: itself, its annotations and each of them. Deeper ones would make the stack of whoever writes them again. */
const deepest = 32

/** Why an element of a batch is not taken. */
export type Refusal = Fault | 'not_json' | 'named_twice' | 'too_long' | 'too_deep'

/** What a body holds, before any of it is read. */
export interface Outline {
  readonly body: Buffer
  readonly elements: readonly Element[]
  readonly isWhole: boolean
}

/** @throws {RefusedRequest} where it is no array, or one of more spans than are taken at once */
export function outlineOf(body: Buffer): Outline {
  const found = elementsOf(body, mostSpans)
  if (!found) throw new RefusedRequest(400, 'The body is no JSON array of spans.')
  if (found.count > mostSpans) throw new RefusedRequest(413, `The body has ${found.count} spans; ${mostSpans} are taken at once.`)
  return { body, elements: found.elements, isWhole: found.isWhole }
}

export interface Batch {
  readonly spans: readonly SpanText[]
  /** How many were not taken, by reason. */
  readonly refused: ReadonlyMap<Refusal, number>
}

/**
 * Reads each span for itself, so that one that is bad stays behind alone. What is taken has the text that was sent, unless its spelling is not the API's.
 *
 * @throws {RefusedRequest} where the array does not end and none of its spans can be read
 */
export function batchOf({ body, elements, isWhole }: Outline): Batch {
  const spans: SpanText[] = []
  const refused = new Map<Refusal, number>()
  const refuse = (reason: Refusal) => refused.set(reason, (refused.get(reason) ?? 0) + 1)
  for (const element of elements) {
    const read = spanOf(body, element)
    if (typeof read === 'string') refuse(read)
    else spans.push(read)
  }
  if (!isWhole && spans.length === 0) throw new RefusedRequest(400, 'The body is no JSON: its array does not end, or something follows it.')
  if (!isWhole) refuse('not_json')
  return { spans, refused }
}

function spanOf(body: Buffer, { start, end, colons, depth }: Element): SpanText | Refusal {
  if (end - start > longestSpanBytes) return 'too_long'
  if (depth > deepest) return 'too_deep'
  const text = body.toString('utf8', start, end)
  const value = parsed(text)
  if (value === undefined) return 'not_json'
  // A member that is named twice is lost to us, and whoever reads the text next may take the other one: what is hidden in it would go unseen.
  if (membersIn(value) < colons) return 'named_twice'
  const fault = faultOf(value)
  if (fault === undefined) return { span: asSpan(value), text: onOneLine(text) }
  const again = respelled(value)
  return faultOf(again) ?? { span: asSpan(again), text: JSON.stringify(again) }
}

/** @returns `undefined` for what is no JSON, which no JSON says */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Line ends stand between members only: within strings JSON has them escaped. */
const onOneLine = (text: string): string => (text.includes('\n') || text.includes('\r') ? text.replaceAll(/[\r\n]+/g, '') : text)
