import { fnv1a } from '../runtime/hash.ts'

const soonMs = 1_000
/** What the first page of a target costs: it is learnt, over a new connection. Many that come at once are given the time for it. */
const firstPageMs = 4
const terminatingMs = 1_000
/** So much may the others be stretched before pods that leave are read more seldom, too. */
const terminatingStretch = 4
/** Later than this share of the interval is late, and then a page is labelled with its real time. */
const lateShare = 0.1

/** A turn that is due, and how many before it were missed. Times are monotonic milliseconds. */
export interface Turn {
  readonly dueMs: number
  readonly missed: number
}

/** How often the target is read just now. */
export interface Rhythm {
  readonly terminating: boolean
  /** In every how many intervals. */
  readonly everyNth: number
}

/**
 * When one target is read. Pure: a fixed slot within every interval, at which the hash of its id spreads targets evenly; no drift. Where only every n-th
 * interval counts, the hash also spreads targets over those.
 */
export class Schedule {
  readonly #intervalMs: number
  readonly #hash: number

  /** @param options.seed spreads the same targets otherwise, so that two collectors do not ask in the same moment */
  constructor(id: string, options: { readonly intervalMs: number; readonly seed: string }) {
    this.#intervalMs = options.intervalMs
    this.#hash = fnv1a(`${options.seed}${id}`)
  }

  /**
   * A new target is read within a second, still spread, rather than at its slot: people wait for first figures. `arrivals` that come together take as
   * long as their first pages do, at most an interval.
   */
  first(nowMs: number, arrivals: number): Turn {
    const withinMs = Math.min(this.#intervalMs, Math.max(soonMs, arrivals * firstPageMs))
    return { dueMs: nowMs + (this.#hash % withinMs), missed: 0 }
  }

  /**
   * The turn after one that was due at `dueMs`: the next slot, though not so soon after a first read that rates between the two would be noise.
   * Turns that have passed meanwhile are missed.
   */
  next({ dueMs }: Turn, nowMs: number, { terminating, everyNth }: Rhythm): Turn {
    const everyMs = terminating ? this.#leavingEveryMs(everyNth) : this.#intervalMs * everyNth
    const followsMs = terminating ? dueMs + everyMs : this.#slotFrom(dueMs + this.#intervalMs / 2, everyNth)
    const missed = Math.max(0, Math.ceil((nowMs - followsMs) / everyMs))
    return { dueMs: followsMs + missed * everyMs, missed }
  }

  isLate({ dueMs }: Turn, nowMs: number): boolean {
    return nowMs - dueMs > this.#intervalMs * lateShare
  }

  /** How long one read may take. Of a pod that leaves, a read that hangs must not stand in the way of the next one. */
  timeoutMs(timeoutMs: number, options: { readonly terminating: boolean }): number {
    return options.terminating ? Math.min(timeoutMs, terminatingMs) : timeoutMs
  }

  #leavingEveryMs(everyNth: number): number {
    return Math.min(terminatingMs, this.#intervalMs) * Math.max(1, everyNth / terminatingStretch)
  }

  #slotFrom(fromMs: number, everyNth: number): number {
    const interval = Math.floor(this.#hash / this.#intervalMs) % everyNth
    const offsetMs = (this.#hash % this.#intervalMs) + interval * this.#intervalMs
    const everyMs = this.#intervalMs * everyNth
    return offsetMs + Math.ceil((fromMs - offsetMs) / everyMs) * everyMs
  }
}

/**
 * Labels of a target's pages in milliseconds since the epoch: the time of the turn, so that pages lie evenly; the real time when the turn came late.
 * Strictly increasing, also when the machine's clock is set back.
 */
export class Stamps {
  #lastMs = 0

  next(wallMs: number, lateness: { readonly byMs: number; readonly isLate: boolean }): number {
    const stampMs = Math.round(lateness.isLate ? wallMs : wallMs - lateness.byMs)
    this.#lastMs = Math.max(stampMs, this.#lastMs + 1)
    return this.#lastMs
  }
}
