import { isUtf8 } from 'node:buffer'
import type { SeriesType } from '../model/series.ts'
import type { Fault } from './label-set.ts'

const types: readonly SeriesType[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped']
const described = /^(#[ \t]+(HELP|TYPE)[ \t]+)([a-zA-Z_:][a-zA-Z0-9_:]*)?/

/** What a line that begins with `#` says: a family's type, or nothing. */
export interface TypeLine {
  readonly name: string
  readonly nameStart: number
  readonly type: SeriesType
}

/**
 * Reads `body[start, end)`, a line that begins with `#`, without its end. Most comments say nothing; HELP and TYPE must be well formed.
 *
 * @returns what a TYPE line says, what is wrong with the line, or `undefined` for a line that says nothing
 */
export function readComment(body: Buffer, start: number, end: number): TypeLine | Fault | undefined {
  const text = body.toString('latin1', start, end)
  const [all = '', opening = '', keyword, name] = described.exec(text) ?? []
  if (!keyword) return undefined
  const nameStart = start + opening.length
  if (name === undefined) return { at: nameStart, expected: "a metric's name" }
  const at = start + all.length
  if (keyword === 'HELP') return isUtf8(body.subarray(at, end)) ? undefined : { at, expected: 'UTF-8' }
  const type = types.find((each) => each === text.slice(all.length + 1) && /^[ \t]/.test(text.slice(all.length)))
  return type ? { name, nameStart, type } : { at: Math.min(at + 1, end), expected: 'counter, gauge, histogram, summary or untyped' }
}
