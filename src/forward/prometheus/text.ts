import { setImmediate } from 'node:timers/promises'
import type { Labels } from '../../model/labels.ts'

/** How Prometheus' text format 0.0.4 is written. Source: prometheus/docs, instrumenting/exposition_formats. */

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

export const labelText = (name: string, value: string): string =>
  `${name}="${value.replace(/[\\"\n]/g, (found) => escapes[found] ?? found)}"`

/** `a="1",b="2"` in the order of the names; empty labels are absent. */
export function labelsText(labels: Labels): string {
  return Object.keys(labels)
    .filter((name) => labels[name] !== '')
    .sort()
    .map((name) => labelText(name, labels[name] ?? ''))
    .join(',')
}

/** A number that parses back to the same double. */
export function valueText(value: number): string {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  return String(value)
}

/**
 * The parts as one text in one piece. V8 keeps what `+` joins as a tree, and goes through all of it whenever a text that it is part of is written out: what
 * goes into many lines is made so.
 */
export const flat = (parts: readonly string[]): string => parts.join('')

export const headText = (name: string, type: string, help: string): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`

/** What lets others have their turn of the event loop. */
export type Turn = () => Promise<void>

const chunkLength = 64 * 1024
/** Whoever else waits for the event loop waits no longer than this and one block. */
const longestMs = 5

/**
 * Joins blocks to chunks worth sending, with a turn of the event loop after each, and where blocks take their time. An empty block is one to be counted
 * there: something was worked out that is not shown yet.
 */
export async function* inChunks(blocks: Iterable<string>, turn: Turn = setImmediate): AsyncGenerator<string> {
  let chunk = ''
  let turnedMs = performance.now()
  for (const block of blocks) {
    chunk += block
    const isFull = chunk.length >= chunkLength
    if (!isFull && performance.now() - turnedMs < longestMs) continue
    if (isFull) {
      yield chunk
      chunk = ''
    }
    await turn()
    turnedMs = performance.now()
  }
  if (chunk) yield chunk
}
