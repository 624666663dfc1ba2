import { isUtf8 } from 'node:buffer'
import { isA, labelRest, labelStart } from './characters.ts'

/** What speaks against a line: where, and what would have been right there. */
export interface Fault {
  readonly at: number
  readonly expected: string
}

/** A sample's name as a label: no page may bring it. */
const ownName = '__name__'

/** Where the label's name that begins at `start` ends; -1 where none begins. */
export function labelNameEnd(body: Buffer, start: number): number {
  if (!isA(labelStart, body, start)) return -1
  let at = start + 1
  while (isA(labelRest, body, at)) at++
  return at
}

/**
 * The first label that no sample may have: there already, the format's own, or with bytes that are not UTF-8.
 *
 * @param labels four offsets per label: its name's start and end, its value's start and end
 * @param allUtf8 the whole page is known to be UTF-8
 */
export function unlawfulLabel(body: Buffer, labels: readonly number[], allUtf8: boolean): Fault | undefined {
  if (!allUtf8) {
    const foreign = valuesOf(labels).find(([start, end]) => !isUtf8(body.subarray(start, end)))
    if (foreign) return { at: foreign[0], expected: 'UTF-8' }
  }
  // Sidecars print a few labels; a line of thousands must not cost their square.
  const at = labels.length <= 4 * 8 ? repeatedAmongFew(body, labels) : repeated(body, labels)
  return at < 0 ? undefined : { at, expected: 'a label that the sample does not have yet' }
}

const valuesOf = (labels: readonly number[]) =>
  Array.from({ length: labels.length / 4 }, (_, i) => [labels[4 * i + 2], labels[4 * i + 3]] as [number, number])

function repeatedAmongFew(body: Buffer, labels: readonly number[]): number {
  for (let i = 0; i < labels.length; i += 4) {
    const [start, end] = [labels[i] as number, labels[i + 1] as number]
    if (end - start === ownName.length && body.toString('latin1', start, end) === ownName) return start
    for (let k = 0; k < i; k += 4) {
      const other = labels[k] as number
      const otherEnd = labels[k + 1] as number
      if (otherEnd - other === end - start && body.compare(body, other, otherEnd, start, end) === 0) return start
    }
  }
  return -1
}

function repeated(body: Buffer, labels: readonly number[]): number {
  const seen = new Set([ownName])
  for (let i = 0; i < labels.length; i += 4) {
    const start = labels[i] as number
    const name = body.toString('latin1', start, labels[i + 1])
    if (seen.has(name)) return start
    seen.add(name)
  }
  return -1
}
