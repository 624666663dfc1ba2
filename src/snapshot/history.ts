import { gathered, type Numbering } from '../model/numbering.ts'
import type { HistoryOptions } from './options.ts'

/** All sums at one moment; cells that came later are not in it and stood at zero. */
export interface Moment {
  readonly monotonicMs: number
  readonly wallMs: number
  readonly sums: Float64Array
}

interface Tier {
  readonly stepMs: number
  readonly keepMs: number
  readonly moments: Moment[]
}

/**
 * The past of all sums, finer the younger: 1 s steps for 20 s, 10 s steps for ten minutes, 60 s steps for the window. Bounded in bytes: the oldest
 * moments go first.
 */
export class History {
  readonly #tiers: readonly Tier[]
  readonly #limitBytes: number
  #pausedUntilMs = -Infinity

  constructor({ window, memory }: HistoryOptions) {
    this.#limitBytes = memory
    this.#tiers = [
      { stepMs: 1_000, keepMs: 20_000, moments: [] },
      { stepMs: 10_000, keepMs: 600_000, moments: [] },
      { stepMs: 60_000, keepMs: window, moments: [] },
    ]
  }

  /**
   * Takes in no moments until then: a gap is being filled, and what happened in it must lie between the moment before it and one at which it is known as a
   * whole. A moment in between would put all of it into seconds.
   */
  pause(untilMs: number): void {
    this.#pausedUntilMs = untilMs
  }

  add(moment: Moment): void {
    if (moment.monotonicMs < this.#pausedUntilMs) return
    for (const { stepMs, keepMs, moments } of this.#tiers) {
      const last = moments.at(-1)
      if (last && Math.floor(last.monotonicMs / stepMs) === Math.floor(moment.monotonicMs / stepMs)) continue
      moments.push(moment)
      // One step more than asked for, so that a whole window always fits between two moments.
      while ((moments[1]?.monotonicMs ?? Infinity) <= moment.monotonicMs - keepMs) moments.shift()
    }
    while (this.#bytes() > this.#limitBytes && this.#dropOldest());
  }

  clear(): void {
    for (const { moments } of this.#tiers) moments.length = 0
  }

  /** Every moment with the new numbers; the tiers share theirs as before. */
  numberAnew({ cellsBefore }: Numbering): void {
    const now = new Map(this.#all().map((moment) => [moment, { ...moment, sums: gathered(moment.sums, cellsBefore) }]))
    for (const { moments } of this.#tiers) moments.splice(0, moments.length, ...moments.map((moment) => now.get(moment) as Moment))
  }

  /** The youngest moment that is at least `agoMs` before `nowMs`, else the oldest there is. */
  before(nowMs: number, agoMs: number): Moment | undefined {
    let found: Moment | undefined
    for (const moment of this.#all()) {
      if (found && moment.monotonicMs > nowMs - agoMs) break
      found = moment
    }
    return found
  }

  /** The moment whose wall time is nearest. */
  nearest(wallMs: number): Moment | undefined {
    const distance = (moment: Moment) => Math.abs(moment.wallMs - wallMs)
    return this.#all().reduce<Moment | undefined>((best, moment) => (best && distance(best) <= distance(moment) ? best : moment), undefined)
  }

  /** The two moments, and between them kept ones that make at most so many steps, as even as can be. */
  between(from: Moment, to: Moment, mostSteps: number): Moment[] {
    const coveredMs = to.monotonicMs - from.monotonicMs
    if (!(coveredMs > 0)) return []
    /** Where a moment lies, counted in even steps. */
    const placeOf = ({ monotonicMs }: Moment) => ((monotonicMs - from.monotonicMs) / coveredMs) * mostSteps
    const offOf = (moment: Moment) => Math.abs(placeOf(moment) - Math.round(placeOf(moment)))
    const nearest = new Map<number, Moment>()
    for (const moment of this.#all()) {
      const place = Math.round(placeOf(moment))
      if (place <= 0 || place >= mostSteps) continue
      const known = nearest.get(place)
      if (!known || offOf(moment) < offOf(known)) nearest.set(place, moment)
    }
    return [from, ...nearest.values(), to]
  }

  /** Moments that cut the window into steps, oldest first; the step is at least what was kept for that age. */
  steps(nowMs: number, windowMs: number, stepMs: number): Moment[] {
    const chosen: Moment[] = []
    for (const moment of this.#all()) {
      if (moment.monotonicMs > nowMs) break
      if (moment.monotonicMs < nowMs - windowMs - stepMs / 2) continue
      const last = chosen.at(-1)
      if (!last || moment.monotonicMs - last.monotonicMs >= stepMs * 0.95) chosen.push(moment)
    }
    return chosen
  }

  /** Every moment once, oldest first: the tiers overlap. */
  #all(): Moment[] {
    return [...new Set(this.#tiers.flatMap(({ moments }) => moments))].sort((a, b) => a.monotonicMs - b.monotonicMs)
  }

  #bytes(): number {
    let bytes = 0
    for (const moment of new Set(this.#tiers.flatMap(({ moments }) => moments))) bytes += moment.sums.byteLength
    return bytes
  }

  /** Lets the oldest moment go; the youngest of each tier stays. */
  #dropOldest(): boolean {
    const tier = this.#tiers
      .filter(({ moments }) => moments.length > 1)
      .sort((a, b) => (a.moments[0]?.monotonicMs ?? 0) - (b.moments[0]?.monotonicMs ?? 0))[0]
    return tier?.moments.shift() !== undefined
  }
}
