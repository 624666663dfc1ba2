import type { Committed, Edge } from '../model/cell.ts'
import type { EdgesAnswer, HistoryAnswer } from '../model/figures.ts'
import type { Clock } from '../runtime/clock.ts'
import { figuresOf, type Span, worstFirst } from './edge-figures.ts'
import { EdgeGroups } from './edge-groups.ts'
import { History, type Moment } from './history.ts'
import { pointsOf, stepsOf, trendOf } from './history-points.ts'
import type { HistoryOptions } from './options.ts'
import type { EdgesQuestion } from './reading.ts'

/** As many steps a trend has at most. */
const mostSteps = 60
/** As many points an answer has, about: 10 MB of JSON. Beyond it steps are longer. */
const mostPoints = 100_000

/** Answers what is asked about edges, from the last committed state and the ones before it. */
export class EdgeReading {
  readonly #history: History
  readonly #clock: Clock
  #groups = new EdgeGroups()
  #committed: Committed | undefined
  #knownIds: readonly Edge['id'][] = []

  constructor(options: HistoryOptions, clock: Clock) {
    this.#history = new History(options)
    this.#clock = clock
  }

  /**
   * @param knownIds the edges that are told of: the same list as long as they are the same
   * @param isKept whether it is one of the moments that rates are made of
   */
  take(committed: Committed, knownIds: readonly Edge['id'][], { isKept }: { readonly isKept: boolean }): void {
    this.#follow(committed)
    this.#committed = committed
    this.#knownIds = knownIds
    if (isKept) this.#history.add(momentOf(committed))
  }

  /** What happened since the last moment will only be known as a whole, and not before then. */
  pause(untilMs: number): void {
    this.#history.pause(untilMs)
  }

  /** Edges were dropped for room: what is kept of the past takes the new numbers, and is let go where a numbering in between was missed. */
  #follow({ numbering }: Committed): void {
    const before = this.#committed?.numbering ?? numbering
    if (numbering.generation === before.generation) return
    this.#groups = new EdgeGroups()
    if (numbering.generation === before.generation + 1) this.#history.numberAnew(numbering)
    else this.#history.clear()
  }

  edges({ windowMs, untilMs, trend = false, ...asked }: EdgesQuestion & { readonly trend?: boolean }): EdgesAnswer {
    const committed = this.#committed
    if (!committed) return { atMs: this.#clock.wallMs(), windowMs, coveredMs: 0, ...(trend && { steps: [] }), edges: [] }
    const end = this.#endOf(committed, untilMs)
    const past = this.#history.before(end.monotonicMs, windowMs) ?? end
    const coveredMs = end.monotonicMs - past.monotonicMs
    const span: Span = { now: end.sums, past: past.sums, seconds: coveredMs / 1e3 }
    const moments = trend ? this.#history.between(past, end, mostSteps) : []
    const edges = this.#groups.of(asked, this.#knownIds, committed).map(({ kind, labels, edges: own, cells }) => ({
      kind,
      labels: { ...labels },
      live: own.some(({ edge }) => committed.live.has(edge.id)),
      ...figuresOf(cells, span, kind),
      ...(trend && { trend: trendOf(cells, moments) }),
    }))
    return { atMs: end.wallMs, windowMs, coveredMs, ...(trend && { steps: stepsOf(moments) }), edges: edges.sort(worstFirst) }
  }

  history({ windowMs, untilMs, stepMs, ...asked }: EdgesQuestion & { readonly stepMs: number }): HistoryAnswer {
    const committed = this.#committed
    if (!committed) return { windowMs, stepMs, edges: [] }
    const { monotonicMs } = this.#endOf(committed, untilMs)
    const groups = this.#groups.of(asked, this.#knownIds, committed)
    const takenMs = Math.max(stepMs, Math.ceil((windowMs * groups.length) / mostPoints))
    const moments = this.#history.steps(monotonicMs, windowMs, takenMs)
    const steps = stepsOf(moments)
    const edges = groups.map(({ labels, cells }) => ({ labels: { ...labels }, points: pointsOf(cells, moments, steps) }))
    return { windowMs, stepMs: takenMs, edges }
  }

  #endOf(committed: Committed, untilMs: number | undefined): Moment {
    const last = momentOf(committed)
    if (untilMs === undefined || untilMs >= last.wallMs) return last
    const kept = this.#history.nearest(untilMs)
    return kept && Math.abs(kept.wallMs - untilMs) < last.wallMs - untilMs ? kept : last
  }
}

const momentOf = ({ monotonicMs, wallMs, sums }: Committed): Moment => ({ monotonicMs, wallMs, sums })
