import type { Clock } from '../../runtime/clock.ts'

const shortestMs = 1_000
/** A server that was away is heard soon after it is back. */
export const longestPauseMs = 10_000
/** What is refused, or not there at all, mostly stays so. */
export const longestRefusedMs = 30_000

export interface PauseOptions {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
}

/** Resolves after that time, or at once when the signal says so. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal?.addEventListener('abort', end)
  })
}

/** How long somebody waits who asks again and again: longer with every failure, never as long as others who failed in the same moment. */
export class Pauses {
  readonly #options: PauseOptions
  readonly #signal: AbortSignal
  #failures = 0
  #watchBeganMs = 0
  /** Lists in a row whose watch was too old as soon as it began, or that grew too old themselves. */
  #outdated = 0

  /** @param signal ends a pause at once */
  constructor(options: PauseOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures
  }

  failed(): void {
    this.#failures += 1
  }

  succeeded(): void {
    this.#failures = 0
  }

  watchBegins(): void {
    this.#watchBeganMs = this.#options.clock.monotonicMs()
  }

  watchEnds(): void {
    if (this.#lastedMs >= shortestMs) this.#outdated = 0
  }

  /** A server that ends watches as soon as they begin is not asked in a circle. */
  afterWatch(): Promise<void> {
    return this.#wait(Math.max(0, shortestMs - this.#lastedMs))
  }

  /** Listing anew helps at once; where it did not, there is no hurry. */
  afterGone(): Promise<void> {
    this.#outdated += 1
    return this.#outdated === 1 ? Promise.resolve() : this.#longer(this.#outdated - 1)
  }

  /** From 1 s, doubled with every failure, to 10 s; by chance down to half of it. */
  afterFailure(): Promise<void> {
    return this.#longer(this.#failures)
  }

  /** The same, to 30 s. */
  afterRefusal(): Promise<void> {
    return this.#longer(this.#failures, longestRefusedMs)
  }

  /** About a second, however often it failed before. */
  afterPassingRefusal(): Promise<void> {
    return this.#longer(1)
  }

  get #lastedMs(): number {
    return this.#options.clock.monotonicMs() - this.#watchBeganMs
  }

  #longer(times: number, mostMs = longestPauseMs): Promise<void> {
    return this.#wait(this.#jittered(Math.min(mostMs, shortestMs * 2 ** Math.min(10, Math.max(0, times - 1)))))
  }

  #jittered(ms: number): number {
    return ms * (0.5 + this.#options.random() / 2)
  }

  #wait(ms: number): Promise<void> {
    return pause(this.#options.clock, ms, this.#signal)
  }
}
