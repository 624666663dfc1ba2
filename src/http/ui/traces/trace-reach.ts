import type { TracesAnswer } from '../../../model/trace-figures.ts'
import { windowMs } from '../time-range.ts'
import type { Filters } from '../view.ts'

/** The collector keeps no more: as many as `limit` of the API may ask for. */
const mostKept = 200

/** From when to when traces are listed; times in milliseconds since the epoch. */
export interface Reach {
  readonly fromMs: number
  /** null: until now. */
  readonly toMs: number | null
  /** Where the range lies before all traces that are kept: when the oldest of them began. */
  readonly beforeMs: number | null
  /** Older ones of the range have made room for younger ones. */
  readonly hasGone: boolean
}

/** How far the traces of an answer reach into the range that the filters ask for. An answer that leaves some out does not tell which one is the oldest. */
export function reachOf({ atMs, kept, traces }: TracesAnswer, { window, until }: Pick<Filters, 'window' | 'until'>): Reach {
  const untilMs = until ? Date.parse(until) : null
  const askedMs = (untilMs ?? atMs) - windowMs(window)
  const isWhole = traces.length === kept
  const oldestMs = isWhole ? begin(traces) : null
  // Failed ones stay longer than others, and say nothing of them.
  const gaplessMs = isWhole ? (begin(traces.filter(({ errors }) => errors === 0)) ?? oldestMs) : null
  const isBefore = oldestMs !== null && untilMs !== null && untilMs < oldestMs
  const hasGone = gaplessMs !== null && gaplessMs > askedMs && !isBefore && kept >= mostKept
  return {
    fromMs: hasGone ? gaplessMs : askedMs,
    toMs: untilMs,
    beforeMs: isBefore ? oldestMs : null,
    hasGone,
  }
}

/** When the oldest began; null where none says. */
function begin(traces: TracesAnswer['traces']): number | null {
  const begins = traces.flatMap(({ startMs }) => startMs ?? [])
  return begins.length > 0 ? Math.min(...begins) : null
}
