import type { EdgeFigures, HistoryAnswer } from '../model/figures.ts'
import { standing } from './edge-figures.ts'
import type { FigureCells, Indexes } from './figure-cells.ts'
import type { Moment } from './history.ts'
import { quantile } from './quantile.ts'

type Point = HistoryAnswer['edges'][number]['points'][number]

export interface Step {
  readonly atMs: number
  readonly seconds: number
}

/** The time between each two moments. */
export const stepsOf = (moments: readonly Moment[]): Step[] =>
  moments.slice(1).map(({ wallMs, monotonicMs }, before) => ({
    atMs: wallMs,
    seconds: (monotonicMs - (moments[before] as Moment).monotonicMs) / 1e3,
  }))

/** What happened to cells in each step between the moments. */
function movedByStep(cells: Indexes, moments: readonly Moment[]): number[] {
  const stood = moments.map(({ sums }) => standing(cells, sums))
  return stood.slice(1).map((now, before) => now - (stood[before] as number))
}

export const trendOf = ({ requests, errors, opened }: FigureCells, moments: readonly Moment[]): EdgeFigures['trend'] => ({
  requests: movedByStep(requests, moments),
  errors: movedByStep(errors, moments),
  opened: movedByStep(opened, moments),
})

/** One point for each step between two moments. An hour of many edges has very many: nothing is made for a point but itself. */
export function pointsOf(cells: FigureCells, moments: readonly Moment[], steps: readonly Step[]): Point[] {
  const { requests, errors, opened, sent, received, buckets, bounds, active } = cells
  const lists = [requests, errors, opened, sent, received, ...buckets]
  const stood = lists.map((list) => standing(list, moments[0]?.sums ?? nothing))
  const moved = lists.map(() => 0)
  const counts = buckets.map(() => 0)
  return steps.map(({ atMs, seconds }, i) => {
    const { sums } = moments[i + 1] as Moment
    for (let list = 0; list < lists.length; list++) {
      const now = standing(lists[list] as Indexes, sums)
      moved[list] = now - (stood[list] as number)
      stood[list] = now
    }
    for (let bucket = 0; bucket < counts.length; bucket++) counts[bucket] = moved[lists.length - counts.length + bucket] as number
    const histogram = { bounds, counts }
    return {
      atMs,
      seconds,
      requests: moved[0] as number,
      errors: moved[1] as number,
      p50: quantile(0.5, histogram),
      p90: quantile(0.9, histogram),
      p99: quantile(0.99, histogram),
      active: active.length > 0 ? standing(active, sums) : null,
      opened: moved[2] as number,
      sentBytes: moved[3] as number,
      receivedBytes: moved[4] as number,
    }
  })
}

const nothing = new Float64Array(0)
