import type { Format } from '../format.ts'
import { legible } from '../who.ts'
import type { MapEdge, MapGraph, MapNode } from './graph.ts'
import type { MapWords } from './words.ts'

/** What is said of nodes and calls, in the reader's language. */
export interface Telling {
  readonly format: Format
  readonly text: MapWords
}

/** The figures of a call: how often, and how many fail where some do. */
export function figuresOf(
  { carries, perSecond, errorShare, health, bytesPerSecond }: MapEdge,
  { format, text }: Telling,
): readonly string[] {
  if (health === 'idle') return [text.health.idle]
  const isTroubled = errorShare !== null && errorShare > 0
  if (carries === 'requests') return [format.perSecond(perSecond), ...(isTroubled ? [text.errorsOf(format.share(errorShare))] : [])]
  // Connections that stay open are told by what they carry.
  const rate = perSecond > 0 ? text.attempts(format.perSecond(perSecond)) : format.bytesPerSecond(bytesPerSecond)
  return [rate, ...(isTroubled ? [text.failedOf(format.share(errorShare))] : [])]
}

/** A call in one line. */
export const edgeText = (edge: MapEdge, telling: Telling): string =>
  `${legible(edge.source)} → ${legible(edge.called)}: ${figuresOf(edge, telling).join(' · ')}`

/** A node in one line. */
export function nodeText({ name, errorShare }: MapNode, { edges }: MapGraph, { format, text }: Telling): string {
  const called = new Set(edges.filter(({ source }) => source === name).map(({ destination }) => destination))
  const callers = new Set(edges.filter(({ destination }) => destination === name).map(({ source }) => source))
  const parts = [
    ...(called.size > 0 ? [text.calls(format.count(called.size))] : []),
    ...(callers.size > 0 ? [text.calledBy(format.count(callers.size))] : []),
    ...(errorShare !== null && errorShare > 0 ? [text.errorsOf(format.share(errorShare))] : []),
  ]
  return `${legible(name)}: ${parts.join(' · ')}`
}

const mostLetters = 18
/** Letters of East Asia are twice as wide. */
const wide = /[ᄀ-￿]/u

/** A name in the room that a node has: its end tells names apart as often as its beginning. */
export function shortened(name: string): string {
  const letters = [...name]
  const widthOf = (letter: string) => (wide.test(letter) ? 2 : 1)
  const width = letters.reduce((sum, letter) => sum + widthOf(letter), 0)
  if (width <= mostLetters) return name
  const take = (from: readonly string[]): string[] => {
    const taken: string[] = []
    let room = (mostLetters - 1) / 2
    for (const letter of from) {
      room -= widthOf(letter)
      if (room < 0) break
      taken.push(letter)
    }
    return taken
  }
  return `${take(letters).join('')}…${take(letters.toReversed()).toReversed().join('')}`
}
