import type { Chunk } from '../model/chunk.ts'

const newline = 0x0a

/** A chunk of lines as two; `undefined` for one line, which cannot be less. */
export function halves(chunk: Chunk): readonly [Chunk, Chunk] | undefined {
  const { body, count } = chunk
  const inSecondHalf = body.indexOf(newline, body.length / 2)
  const end = inSecondHalf >= 0 && inSecondHalf < body.length - 1 ? inSecondHalf : body.lastIndexOf(newline, body.length - 2)
  if (end < 0) return undefined
  const first = body.subarray(0, end + 1)
  const lines = first.reduce((sum, byte) => sum + (byte === newline ? 1 : 0), 0)
  return [
    { ...chunk, body: first, count: lines },
    { ...chunk, body: body.subarray(end + 1), count: count - lines },
  ]
}
