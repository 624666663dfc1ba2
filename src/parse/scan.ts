import type { SeriesType } from '../model/series.ts'
import { legible } from '../runtime/legible.ts'
import { type Place, Problem, type ProblemKind } from '../runtime/problem.ts'
import { afterBlanks, hash, newline } from './characters.ts'
import { readComment, type TypeLine } from './comment-line.ts'
import type { Fault } from './label-set.ts'
import { parseProblems } from './problems.ts'
import { SampleLine } from './sample-line.ts'
import { nameOf } from './sample-names.ts'

/** A family as its TYPE line opens it; it reaches to the next TYPE line. */
export interface Family extends TypeLine {
  /** Where the TYPE line begins: at its `#`, unless blanks stand before it. */
  readonly lineStart: number
}

/** What is told of a page while it is read, in the page's order. */
export interface PageVisitor {
  family?(family: Family): void
  /**
   * @param own the family that the sample stands in and belongs to
   * @param type what the page has said so far of the sample's family, wherever that stood
   */
  sample(line: SampleLine, own: Family | undefined, type: SeriesType): void
}

const lineLimitBytes = 1024 * 1024

const parts: Readonly<Record<SeriesType, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  untyped: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['_bucket', '_sum', '_count', ''],
}

/**
 * Reads a whole page in the Prometheus text format 0.0.4 and holds every line to it. Lines are read strictly; only below the TYPE line of its own
 * family, as every Envoy prints it, a refused line is tried once more as an Envoy prints it that does not escape.
 *
 * @throws {Problem} `malformed_page` or `line_too_long`, with line and column
 */
export function scanPage(body: Buffer, visitor: PageVisitor): void {
  const line = new SampleLine(body)
  const types = new Map<string, SeriesType>()
  let family: Family | undefined
  let end = -1
  for (let start = 0; start < body.length; start = end + 1) {
    end = lineEnd(body, start)
    const at = afterBlanks(body, start)
    if (at >= end) continue
    if (body[at] === hash) {
      const said = readComment(body, at, end)
      if (!said) continue
      if ('expected' in said) throw malformed(body, said)
      family = { ...said, lineStart: start }
      types.set(family.name, family.type)
      visitor.family?.(family)
      continue
    }
    const strict = line.readStrictly(start, end)
    const own = family && belongs(line, family) ? family : undefined
    if (!strict && !(own && line.readUnescaped(start, end))) throw malformed(body, line.fault)
    visitor.sample(line, own, own?.type ?? typeOf(nameOf(line), types))
  }
}

/** @throws {Problem} `line_too_long` */
export function lineEnd(body: Buffer, start: number): number {
  const found = body.indexOf(newline, start)
  const end = found < 0 ? body.length : found
  if (end - start > lineLimitBytes)
    throw refusal(parseProblems.line_too_long, `The line is longer than ${lineLimitBytes} bytes.`, placeOf(body, start))
  return end
}

/** Whether a sample's name is its family's, or one of those that a histogram or summary adds. */
function belongs({ body, start, nameEnd }: SampleLine, { nameStart, name, type }: Family): boolean {
  const rest = start + name.length
  if (nameEnd < rest || body.compare(body, nameStart, nameStart + name.length, start, rest) !== 0) return false
  return nameEnd === rest ? true : parts[type].includes(body.toString('latin1', rest, nameEnd))
}

function typeOf(name: string, types: ReadonlyMap<string, SeriesType>): SeriesType {
  const [suffix = ''] = /_(?:bucket|sum|count)$/.exec(name) ?? []
  const type = types.get(name.slice(0, name.length - suffix.length))
  return types.get(name) ?? (type && parts[type].includes(suffix) ? type : 'untyped')
}

/** Lines and columns count from 1, columns in characters. */
export function placeOf(body: Buffer, at: number): Place {
  let line = 1
  let start = 0
  for (let end = body.indexOf(newline); end >= 0 && end < at; end = body.indexOf(newline, start)) {
    line++
    start = end + 1
  }
  return { line, column: body.toString('utf8', start, at).length + 1 }
}

export function malformed(body: Buffer, { at, expected }: Fault = { at: 0, expected: 'a sample' }): Problem {
  const found = body.indexOf(newline, at)
  const rest = body.toString('utf8', at, Math.min(found < 0 ? body.length : found, at + quotedBytes))
  const stands = rest === '' ? 'the line ends' : `it says '${legible(rest)}'`
  return refusal(parseProblems.malformed_page, `Expected ${expected} where ${stands}.`, placeOf(body, at))
}

/** More than is shown of a page. */
const quotedBytes = 512

const refusal = (kind: ProblemKind, message: string, place: Place): Problem => new Problem(kind, message, { place })
