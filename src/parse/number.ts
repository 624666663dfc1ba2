import { classOf, digit } from './characters.ts'

const grammar = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const infinite = /^[+-]?inf(?:inity)?$/i

/** The most digits that always make an exact integer. */
export const exactDigits = 15

/**
 * Reads `body[start, end)` as a number, as Go's `strconv.ParseFloat` does for Prometheus: no hexadecimal, no underscores, no sign before NaN, nothing
 * that overflows.
 *
 * @returns `undefined` when it is none
 */
export function numberAt(body: Buffer, start: number, end: number): number | undefined {
  if (end - start > exactDigits || end === start) return numberIn(body.toString('latin1', start, end))
  let value = 0
  for (let at = start; at < end; at++) {
    const byte = body[at] as number
    if (((classOf[byte] as number) & digit) === 0) return numberIn(body.toString('latin1', start, end))
    value = value * 10 + (byte - 48)
  }
  return value
}

function numberIn(text: string): number | undefined {
  if (grammar.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : undefined
  }
  if (infinite.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return text.toLowerCase() === 'nan' ? Number.NaN : undefined
}

/** Reads `body[start, end)` as a timestamp, whole milliseconds since the epoch that fit 64 bits; `undefined` when it is none. */
export function timestampAt(body: Buffer, start: number, end: number): number | undefined {
  const digits = /^0*(\d{1,19})$/.exec(body.toString('latin1', start, end))?.[1]
  return digits === undefined || BigInt(digits) >= 2n ** 63n ? undefined : Number(digits)
}
