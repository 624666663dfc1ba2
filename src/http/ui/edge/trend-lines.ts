import type { HistoryAnswer } from '../../../model/figures.ts'

/** The past of one edge, or of edges that are summed, as lines over time. */

type Point = HistoryAnswer['edges'][number]['points'][number]
type Values = readonly (number | null)[]

export interface Lines {
  /** Ends of the steps, milliseconds since the epoch. */
  readonly atMs: readonly number[]
  readonly requestsPerSecond: Values
  readonly errorsPerSecond: Values
  /** Share of 5xx; null without requests. */
  readonly errorShare: Values
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
    errorShare: points.map(({ requests, errors }) => (requests > 0 ? errors / requests : null)),
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

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Edges of one answer, which have the same steps, taken together. Quantiles cannot be added: of several edges there are none. */
export function summedPoints(edges: readonly (readonly Point[])[]): readonly Point[] {
  const [first = [], ...others] = edges
  if (others.length === 0) return first
  return first.map(({ atMs, seconds }, i) => {
    const all = edges.flatMap((points) => points[i] ?? [])
    const of = (figure: (point: Point) => number) => sum(all.map(figure))
    const open = all.flatMap(({ active }) => active ?? [])
    return {
      atMs,
      seconds,
      requests: of(({ requests }) => requests),
      errors: of(({ errors }) => errors),
      p50: null,
      p90: null,
      p99: null,
      active: open.length > 0 ? sum(open) : null,
      opened: of(({ opened }) => opened),
      sentBytes: of(({ sentBytes }) => sentBytes),
      receivedBytes: of(({ receivedBytes }) => receivedBytes),
    }
  })
}

/** The length of a step to ask for: some sixty of them, and none shorter than the time between two scrapes, in which nothing is seen. */
export const stepMsOf = (windowMs: number, scrapeMs: number): number => Math.min(windowMs, Math.max(1e3, scrapeMs, windowMs / 60))
