import type { Notice } from '../model/pace.ts'
import { durationText } from '../runtime/units.ts'
import { scrapeProblems } from './problems.ts'

/** A target's pages may hold the thread, and with it all other targets, for one part in so many of the time. */
const share = 10
/** A page that holds the thread for longer than a tenth of this was not what held it: the machine slept, or the process was stopped. */
const longestMs = 300_000

/** How long a target is left alone after a page that took long to take in: one that names other series each time is learnt anew each time. */
export class Rest {
  #untilMs = 0
  #heldMs = 0
  #restMs = 0

  /** A page was taken in, or refused after a look into it, between two moments of the monotonic clock. */
  held(fromMs: number, toMs: number): void {
    this.#heldMs = toMs - fromMs
    this.#restMs = Math.min(this.#heldMs * share, longestMs)
    this.#untilMs = fromMs + this.#restMs
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.#untilMs
  }

  /** What to say when it makes the target wait beyond its turns. */
  notice(everyMs: number): Notice | undefined {
    if (this.#restMs <= everyMs) return undefined
    const { code, remedy } = scrapeProblems.costly_page
    const held = this.#heldMs < 1_000 ? `${Math.ceil(this.#heldMs)}ms` : `${(this.#heldMs / 1_000).toFixed(1)}s`
    const rest = durationText(Math.ceil(this.#restMs / 1_000) * 1_000)
    return { code, message: `Taking its page in held up everyone else for ${held}, so that it is left alone for ${rest}.`, remedy }
  }
}
