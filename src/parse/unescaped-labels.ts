import { blank, closeBrace, comma, equals, quote } from './characters.ts'
import { labelNameEnd } from './label-set.ts'
import { numberAt } from './number.ts'

/** Longer than any number that an Envoy prints, which is 32 digits and what goes with them; keeps a line of quotes from being read once per quote. */
const longestNumber = 64

/** The labels and the value of a line whose quotes are not escaped; four offsets per label, as a `SampleLine` has them. */
export interface Unescaped {
  readonly labels: number[]
  readonly valueStart: number
  readonly value: number
}

/**
 * Reads `name="value",name="value"} number` as Envoys before 1.23 print it, whatever stands in the values: one ends at the first quote behind which
 * another label follows, or the closing brace, a number and the line's end.
 *
 * @param from behind the opening brace
 */
export function unescapedLabels(body: Buffer, from: number, end: number): Unescaped | undefined {
  const labels: number[] = []
  for (let start = from; ;) {
    const nameEnd = quotedLabel(body, start)
    if (nameEnd < 0) return undefined
    for (let at = nameEnd + 2; ; at++) {
      at = body.indexOf(quote, at)
      if (at < 0 || at >= end) return undefined
      const last = valueBehind(body, at + 1, end)
      if (last === undefined && !(body[at + 1] === comma && quotedLabel(body, at + 2) > 0)) continue
      labels.push(start, nameEnd, nameEnd + 2, at)
      if (last !== undefined) return { labels, valueStart: at + 3, value: last }
      start = at + 2
      break
    }
  }
}

/** Where the name ends of a label that begins at `start`; -1 unless `="` follows it. */
function quotedLabel(body: Buffer, start: number): number {
  const nameEnd = labelNameEnd(body, start)
  return nameEnd > 0 && body[nameEnd] === equals && body[nameEnd + 1] === quote ? nameEnd : -1
}

const valueBehind = (body: Buffer, at: number, end: number): number | undefined =>
  body[at] === closeBrace && body[at + 1] === blank && end - at <= longestNumber ? numberAt(body, at + 2, end) : undefined
