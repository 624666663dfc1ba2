import type { Labels } from '../model/labels.ts'
import type { SampleLine } from './sample-line.ts'

const escaped = /\\[\\n"]/g
const meant: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\"': '"' }

/** The name of a line's sample. */
export const nameOf = ({ body, start, nameEnd }: SampleLine): string => body.toString('latin1', start, nameEnd)

/** The labels of a line's sample. One with an empty value is absent; a backslash before anything but `\`, `n` and `"` stands for itself. */
export function labelsOf({ body, labels, raw }: SampleLine): Labels {
  const read: Record<string, string> = {}
  for (let i = 0; i < labels.length; i += 4) {
    const text = body.toString('utf8', labels[i + 2], labels[i + 3])
    const value = raw || !text.includes('\\') ? text : text.replace(escaped, (pair) => meant[pair] ?? pair)
    if (value !== '') define(read, body.toString('latin1', labels[i], labels[i + 1]), value)
  }
  return read
}

/** Adds a property whatever its name: `__proto__` is a label like any other. */
const define = (read: Record<string, string>, name: string, value: string) =>
  name === '__proto__' ? Object.defineProperty(read, name, { value, enumerable: true }) : (read[name] = value)
