import type { StatusAnswer } from '../../../model/figures.ts'
import type { Mood } from '../facts.ts'

/** Destinations that take spans; all others take rows. Their names are those of the configuration's sections. */
const spanDestinations: ReadonlySet<string> = new Set(['zipkin', 'otlp', 'jaeger'])

export type Destination = StatusAnswer['destinations'][number]

/** What a destination takes. */
export const goodsOf = ({ name }: Destination): 'rows' | 'spans' => (spanDestinations.has(name) ? 'spans' : 'rows')

/** How a stage is doing: the key of a word, and how many it is said of. */
export interface StageState {
  readonly mood: Mood
  readonly word: StageWord
  readonly count: number
}

export type StageWord =
  | 'fine'
  | 'off'
  | 'starting'
  | 'nobody'
  | 'look'
  | 'noTargets'
  | 'problems'
  | 'failing'
  | 'seldom'
  | 'late'
  | 'refusing'

const state = (mood: Mood, word: StageWord, count = 0): StageState => ({ mood, word, count })

export function discoverState({ discovery: { problems, watches, namespaces }, targets, dropped }: StatusAnswer): StageState {
  const broken = watches.filter((watch) => watch.state === 'retrying' || watch.state === 'refused').length
  if (problems.length + broken > 0) return state('warn', 'problems', Math.max(problems.length, broken))
  if (watches.some((watch) => watch.state === 'starting')) return state('faint', 'starting')
  if (namespaces.length === 0) return state('faint', 'nobody')
  const { namespace_not_named: unnamed = 0, namespace_unknown: unknown = 0 } = dropped
  const hasNoPods = sumOf(targets) + sumOf(dropped) - unnamed - unknown === 0
  return hasNoPods || unknown > 0 ? state('warn', 'look') : state('good', 'fine')
}

export function scrapeState({ discovery: { namespaces }, targets, scrape: { everyNth } }: StatusAnswer): StageState {
  const { up = 0, failing = 0, stale = 0, waiting = 0 } = targets
  if (up + failing + stale + waiting === 0) return state('faint', namespaces.length === 0 ? 'nobody' : 'noTargets')
  if (failing + stale > 0) return state('bad', 'failing', failing + stale)
  if (everyNth > 1) return state('warn', 'seldom', everyNth)
  return up === 0 ? state('faint', 'starting') : state('good', 'fine')
}

/** A commit follows every page at once: without one, two of the targets' turns may pass, and what a busy machine takes. */
const busyMs = 10_000

/** @param nowMs when the answer came, by the collector's clock */
export function commitState({ committedMs, targets, scrape: { intervalMs, everyNth } }: StatusAnswer, nowMs: number): StageState {
  if (committedMs === null) return state('faint', 'starting')
  const isLate = (targets.up ?? 0) > 0 && nowMs - committedMs > 2 * intervalMs * everyNth + busyMs
  return isLate ? state('bad', 'late') : state('good', 'fine')
}

export function deliverState(destinations: readonly Destination[]): StageState {
  const failing = destinations.filter(({ error }) => error !== null).length
  if (destinations.length === 0) return state('faint', 'off')
  return failing > 0 ? state('bad', 'failing', failing) : state('good', 'fine')
}

export function receiveState({ traces }: StatusAnswer): StageState {
  if (traces === null) return state('faint', 'off')
  if (traces.url === null) return state('faint', 'starting')
  const refused = sumOf(traces.refused) + sumOf(traces.refusedRequests)
  return refused > 0 ? state('warn', 'refusing') : state('good', 'fine')
}

export const sumOf = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** What waits for destinations, and what they lost. */
export function backlogOf(destinations: readonly Destination[]): {
  readonly waiting: number
  readonly bytes: number
  readonly lost: number
} {
  return {
    waiting: destinations.reduce((sum, { queued }) => sum + queued.count, 0),
    bytes: destinations.reduce((sum, { queued }) => sum + queued.bytes, 0),
    lost: destinations.reduce((sum, { dropped }) => sum + sumOf(dropped), 0),
  }
}
