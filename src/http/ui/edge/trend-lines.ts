import type { HistoryAnswer } from '../../../model/figures.ts'

/** The past of one edge, or of edges that are summed, as lines over time. */

type Point = HistoryAnswer['edges'][number]['points'][number]
type Values = readonly (number | null)[]

export interface Lines {
  /** Ends of the steps, milliseconds since the epoch. */
  readonly atMs: readonly number[]
  readonly requestsPerSecond: Values
  readonly errorsPerSecond: Values
  /** Seconds. */
  readonly p50: Values
  readonly p90: Values
  readonly p99: Values
  readonly active: Values
  readonly openedPerMinute: Values
  readonly sentPerSecond: Values
  readonly receivedPerSecond: Values
  /** The shortest and the longest step, milliseconds: the younger, the finer. Undefined without steps. */
  readonly stepMs: readonly [number, number] | undefined
}

export function linesOf(points: readonly Point[]): Lines {
  const rate = (of: (point: Point) => number, perSeconds = 1) =>
    points.map((point) => (point.seconds > 0 ? (of(point) / point.seconds) * perSeconds : null))
  const steps = points.map(({ seconds }) => Math.round(seconds) * 1e3)
  return {
    atMs: points.map(({ atMs }) => atMs),
    requestsPerSecond: rate(({ requests }) => requests),
    errorsPerSecond: rate(({ errors }) => errors),
    p50: points.map(({ p50 }) => p50),
    p90: points.map(({ p90 }) => p90),
    p99: points.map(({ p99 }) => p99),
    active: points.map(({ active }) => active),
    openedPerMinute: rate(({ opened }) => opened, 60),
    sentPerSecond: rate(({ sentBytes }) => sentBytes),
    receivedPerSecond: rate(({ receivedBytes }) => receivedBytes),
    stepMs: steps.length > 0 ? [Math.min(...steps), Math.max(...steps)] : undefined,
  }
}

/** The length of a step to ask for: some sixty of them, and none shorter than the time between two scrapes, in which nothing is seen. */
export const stepMsOf = (windowMs: number, scrapeMs: number): number => Math.min(windowMs, Math.max(1e3, scrapeMs, windowMs / 60))
