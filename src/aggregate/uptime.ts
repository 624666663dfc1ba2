/** It counts turns of the second, so it can be one ahead; and a page is a little older than the moment in which it is counted. */
const roundingMs = 1_500
/** Envoy renews it with its other statistics, by default every five seconds: between two pages it can rise by more than the time between them. */
const lagMs = 60_000

/** When a page was read. */
export interface ReadAt {
  /** The moment in which it is counted, on both clocks. */
  readonly monotonicMs: number
  readonly wallMs: number
  /** The page's label, wall time: about when it was asked for. */
  readonly timestampMs: number
}

/** What is kept of an uptime beyond this process: the last one, in seconds, and the label of its page. Numbers that are none are `null`. */
export type UptimeRecord = readonly [seconds: number | null, timestampMs: number | null]

/**
 * The uptime of the process behind a target, and what the next one says of it. Envoy works it out from the clock of its node, as the time now less the time
 * of its start (source/server/server.cc), so it falls or leaps without a restart when that clock is set. Such an uptime says nothing: then the counters and
 * discovery tell of restarts, as they do where no page has an uptime.
 */
export class Uptime {
  #seconds = Number.NaN
  /** When it was read; the monotonic clock of the run before says nothing now. */
  #readMs = Infinity
  #timestampMs = Number.NaN

  static from([seconds, timestampMs]: UptimeRecord): Uptime {
    const uptime = new Uptime()
    uptime.#seconds = seconds ?? Number.NaN
    uptime.#timestampMs = timestampMs ?? Number.NaN
    return uptime
  }

  record(): UptimeRecord {
    return [this.#seconds, this.#timestampMs]
  }

  /**
   * What a page says whose process has run for so many seconds: another process than the last page's printed it (`anew`), or the same one did (`goes on`).
   * Whoever began since the last page cannot have run for longer than that is ago: where it claims so, the clock was set.
   */
  says(seconds: number | undefined, now: ReadAt): 'anew' | 'goes on' | 'nothing' {
    // The longer of the two: while a machine sleeps its monotonic clock can stand still, and its wall clock can be set back.
    const agoMs = Math.max(now.monotonicMs - this.#readMs, now.wallMs - this.#timestampMs)
    const ranMs = plausible(seconds) * 1_000
    const roseMs = ranMs - this.#seconds * 1_000
    const ranBefore = ranMs > agoMs + roundingMs
    if (roseMs < 0 && !ranBefore) return 'anew'
    return roseMs >= 0 && ranBefore && roseMs < agoMs + lagMs ? 'goes on' : 'nothing'
  }

  take(seconds: number | undefined, { monotonicMs, timestampMs }: ReadAt): void {
    if (seconds === undefined) return
    this.#seconds = plausible(seconds)
    this.#readMs = monotonicMs
    this.#timestampMs = timestampMs
  }
}

/** A clock that was set to before the process began makes the uptime negative, which Envoy prints as 2^64 less so many seconds. */
const plausible = (seconds = Number.NaN): number => (seconds >= 0 && seconds < 2 ** 63 ? seconds : Number.NaN)
