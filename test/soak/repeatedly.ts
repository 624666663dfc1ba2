import { setTimeout as pause } from 'node:timers/promises'

/** Does it again and again, at most so often, until the signal fires. Rejects with what it rejects with. */
export async function repeatedly(everyMs: number, act: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now()
    await act()
    await pause(Math.max(0, everyMs - (performance.now() - began)), undefined, { signal }).catch(() => {}) // it fired: done
  }
}
