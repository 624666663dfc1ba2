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

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs)).unref()
    return () => clearTimeout(timer)
  },
}

/** Runs `task` every `everyMs` until cancelled, the next run counted from the last one's start; a task that throws does not end it. */
export function repeat(clock: Clock, everyMs: number, task: () => void): () => void {
  let cancel = () => {}
  let stopped = false
  const plan = (dueMs: number) => {
    cancel = clock.after(dueMs - clock.monotonicMs(), () => {
      if (stopped) return
      plan(Math.max(dueMs + everyMs, clock.monotonicMs()))
      task()
    })
  }
  plan(clock.monotonicMs() + everyMs)
  return () => {
    stopped = true
    cancel()
  }
}
