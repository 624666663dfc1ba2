import { legible } from '../runtime/legible.ts'
import { Problem } from '../runtime/problem.ts'
import { scrapeProblems } from './problems.ts'

/** What an answer says about itself before its body. */
export interface Head {
  readonly status: number
  /** As written: `text/plain; version=0.0.4`. */
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
}

/** A head with what only HTTP/1.1 itself needs: where the body ends, and whether the connection goes on. */
export interface FramedHead extends Head {
  readonly body: 'none' | 'chunked' | 'until-close' | number
  readonly keepAlive: boolean
}

const statusLine = /^HTTP\/1\.(?<minor>[01]) (?<status>[1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const field = /^(?<name>[!#$%&'*+.^_`|~\w-]+):[ \t]*(?<value>[\t\x20-\x7e\x80-\xff]*?)[ \t]*$/

/**
 * Reads the head of an HTTP/1.1 answer, strictly where two readers could differ about its end. Source: RFC 9112 §2.2, §4, §5, §6.3.
 *
 * @param text the head as latin1, without its last empty line
 * @throws {Problem} `not_http` for a status line or field that is none; `bad_framing` for lengths that conflict
 */
export function parseHead(text: string): FramedHead {
  const [first = '', ...lines] = text.split(/\r?\n/)
  const found = statusLine.exec(first)?.groups
  if (!found) throw new Problem(scrapeProblems.not_http, 'The answer does not begin with an HTTP/1.1 status line.')
  const fields = fieldsOf(lines)
  const status = Number(found.status)
  const http10 = found.minor === '0'
  const body = bodyOf(fields, { status, http10 })
  const connection = (fields.get('connection') ?? '').toLowerCase().split(/[ \t]*,[ \t]*/)
  const wanted = http10 ? connection.includes('keep-alive') : !connection.includes('close')
  return {
    status,
    contentType: fields.get('content-type'),
    contentEncoding: fields.get('content-encoding'),
    body,
    keepAlive: wanted && body !== 'until-close',
  }
}

/** Repeated fields become one, joined by commas. */
function fieldsOf(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>()
  for (const [index, line] of lines.entries()) {
    const { name, value = '' } = field.exec(line)?.groups ?? {}
    if (name === undefined) throw new Problem(scrapeProblems.not_http, `Line ${index + 2} of the answer's head is no header field.`)
    const key = name.toLowerCase()
    const known = fields.get(key)
    fields.set(key, known === undefined ? value : `${known}, ${value}`)
  }
  return fields
}

function bodyOf(fields: ReadonlyMap<string, string>, { status, http10 }: { status: number; http10: boolean }): FramedHead['body'] {
  const length = fields.get('content-length')
  const coding = fields.get('transfer-encoding')
  if (length !== undefined && coding !== undefined) throw framing('The answer has both Content-Length and Transfer-Encoding.')
  if (status < 200 || status === 204 || status === 304) return 'none'
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked' || http10)
      throw framing(`The answer has Transfer-Encoding "${legible(coding)}"; only chunked, in HTTP/1.1, is understood.`)
    return 'chunked'
  }
  if (length === undefined) return 'until-close'
  const lengths = new Set(length.split(/[ \t]*,[ \t]*/))
  if (lengths.size !== 1 || !/^\d{1,15}$/.test([...lengths].join()))
    throw framing(`The answer has the Content-Length "${legible(length)}".`)
  return Number([...lengths].join())
}

function framing(message: string): Problem {
  return new Problem(scrapeProblems.bad_framing, message)
}
