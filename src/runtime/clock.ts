import { uptime } from 'node:os'

/**
 * Time, injected so that tests hold it. Schedule and rates run on the monotonic clock; the wall clock only labels samples.
 */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never jumps, never falls. */
  monotonicMs(): number
  /** Milliseconds since the epoch, as the machine believes. */
  wallMs(): number
  /** Runs `task` once after `delayMs`; the returned function cancels it and is safe to call again. Does not keep the process alive. */
  after(delayMs: number, task: () => void): () => void
}

/** Where time comes from. */
export interface TimeSources {
  /** Monotonic; stands still while the machine sleeps. */
  readonly awakeMs: () => number
  /** Monotonic, sleep included, of a coarse resolution; may take some microseconds to ask. */
  readonly sinceBootMs: () => number
  readonly wallMs: () => number
}

/** When wall and monotonic clock have moved apart by more than this, somebody set the one, or the machine slept and stopped the other. */
const apartMs = 1_000

/**
 * A monotonic clock that counts the time in which the machine slept: what happened meanwhile took that time. Linux leaves it out of the clock that Node's
 * own is made of (`man 2 clock_gettime`: CLOCK_MONOTONIC), but not out of its uptime.
 */
export function sleepingIncluded({ awakeMs, sinceBootMs, wallMs }: TimeSources): () => number {
  const sleptBeforeMs = sinceBootMs() - awakeMs()
  let apart = wallMs() - awakeMs()
  let sleptMs = 0
  return () => {
    const nowMs = awakeMs()
    const apartNow = wallMs() - nowMs
    if (Math.abs(apartNow - apart) > apartMs) {
      apart = apartNow
      sleptMs = Math.max(sleptMs, sinceBootMs() - nowMs - sleptBeforeMs)
    }
    return nowMs + sleptMs
  }
}

const sources: TimeSources = { awakeMs: () => performance.now(), sinceBootMs: () => uptime() * 1_000, wallMs: () => Date.now() }

export const systemClock: Clock = {
  monotonicMs: sleepingIncluded(sources),
  wallMs: () => sources.wallMs(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs)).unref()
    return () => clearTimeout(timer)
  },
}

/**
 * Runs `task` every `everyMs` until cancelled, the next run counted from the last one's start; a task that throws does not end it. It hears how many
 * milliseconds after its time it runs.
 */
export function repeat(clock: Clock, everyMs: number, task: (lateMs: number) => void): () => void {
  let cancel = () => {}
  let stopped = false
  const plan = (dueMs: number) => {
    cancel = clock.after(dueMs - clock.monotonicMs(), () => {
      if (stopped) return
      const nowMs = clock.monotonicMs()
      plan(Math.max(dueMs + everyMs, nowMs))
      task(nowMs - dueMs)
    })
  }
  plan(clock.monotonicMs() + everyMs)
  return () => {
    stopped = true
    cancel()
  }
}
