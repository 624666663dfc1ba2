import type { Notice } from '../model/pace.ts'
import { durationText } from '../runtime/units.ts'
import { scrapeProblems } from './problems.ts'

/** A target's pages may hold the thread, and with it all other targets, for one part in so many of the time. */
const share = 10

/** How long a target is left alone after a page that took long to take in: one that names other series each time is learnt anew each time. */
export class Rest {
  #untilMs = 0
  #heldMs = 0

  /** A page was taken in, or refused after a look into it, between two moments of the monotonic clock. */
  held(fromMs: number, toMs: number): void {
    this.#heldMs = toMs - fromMs
    this.#untilMs = fromMs + this.#heldMs * share
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.#untilMs
  }

  /** What to say when it makes the target wait beyond its turns. */
  notice(everyMs: number): Notice | undefined {
    if (this.#heldMs * share <= everyMs) return undefined
    const { code, remedy } = scrapeProblems.costly_page
    const held = this.#heldMs < 1_000 ? `${Math.ceil(this.#heldMs)}ms` : `${(this.#heldMs / 1_000).toFixed(1)}s`
    const rest = durationText(Math.ceil((this.#heldMs * share) / 1_000) * 1_000)
    return { code, message: `Taking its page in held up everyone else for ${held}, so that it is left alone for ${rest}.`, remedy }
  }
}
