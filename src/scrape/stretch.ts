/** The thread has nothing left to give. */
const busyShare = 0.9
/** More turns than this went wrong, of those that fell due: there is more to read than there is time. */
const troubledShare = 0.1
/** How busy the thread may become when targets are read more often again. Far enough below `busyShare` that it stays so. */
const comfortableShare = 0.7
const looksToGrow = 2
/** How many looks without too much it takes to try what the figures advise against: part of the thread's work may have nothing to do with reading. */
const usualPatience = 30
const longestPatience = 960
const largestFactor = 32

/** What was seen since the look before. */
export interface Look {
  /** Turns that fell due, missed ones included. */
  readonly due: number
  /** Those that began late, were missed, or got no answer in time. */
  readonly troubled: number
  /** Scrapes that came to a good end. */
  readonly done: number
  /** How much of the time the thread was busy, 0 to 1. */
  readonly busy: number
}

/**
 * In every how many intervals a target is read, so that all lose the same share when there is more to read than the thread has time for. Pure. It grows
 * when turns go wrong while the thread is busy: targets that are slow by themselves leave it idle. It shrinks when what the thread does now would, at the
 * smaller factor, still leave it time. A try that turns out wrong is repeated after twice as long only.
 */
export class Stretch {
  #factor = 1
  #overloadedLooks = 0
  #comfortableLooks = 0
  #calmLooks = 0
  #busiest = 0
  #patience = usualPatience
  /** The last change was such a try. */
  #isTry = false

  get factor(): number {
    return this.#factor
  }

  /** Takes in what was seen in one interval. @returns whether the factor is another now */
  look(look: Look): boolean {
    const isOverloaded = look.busy >= busyShare && look.troubled > look.due * troubledShare
    this.#overloadedLooks = isOverloaded ? this.#overloadedLooks + 1 : 0
    this.#calmLooks = isOverloaded ? 0 : this.#calmLooks + 1
    this.#comfortableLooks = look.busy < comfortableShare ? this.#comfortableLooks + 1 : 0
    this.#busiest = Math.max(this.#busiest, look.busy)
    if (this.#overloadedLooks >= looksToGrow) {
      if (this.#isTry) this.#patience = Math.min(longestPatience, this.#patience * 2)
      this.#isTry = false
      return this.#become(grown(this.#factor, look))
    }
    return this.#become(Math.min(this.#comfortable(), this.#tried()))
  }

  /** A whole round of reads must have been seen, and a little more, before it counts. */
  #comfortable(): number {
    const looks = this.#comfortableLooks
    if (looks === 0 || looks % (this.#factor + 2) !== 0) return this.#factor
    const needed = Math.max(1, Math.ceil((this.#busiest * this.#factor) / comfortableShare))
    this.#busiest = 0
    return Math.min(this.#factor, needed)
  }

  /** Half the factor, once in a while, however busy the thread is as long as it copes: what it does need not be reading. */
  #tried(): number {
    if (this.#calmLooks < Math.max(this.#patience, this.#factor + 2)) return this.#factor
    this.#isTry = this.#factor > 1
    if (!this.#isTry) this.#patience = usualPatience
    return Math.ceil(this.#factor / 2)
  }

  #become(factor: number): boolean {
    const changes = factor !== this.#factor
    if (changes || this.#comfortableLooks === 0) this.#busiest = 0
    if (changes) this.#overloadedLooks = this.#comfortableLooks = this.#calmLooks = 0
    this.#factor = factor
    return changes
  }
}

/** As much as would let those through that got no turn, at most twice as much: under full load little can be said. */
const grown = (factor: number, { due, done }: Look): number =>
  Math.min(largestFactor, factor * 2, Math.max(factor + 1, Math.ceil((factor * due) / Math.max(1, done))))
