import type { Context } from './context.ts'

/** What resolves when to look again: to `false` when the program is asked to end. */
export function nextLook(everyMs: number, { clock, signal }: Pick<Context, 'clock' | 'signal'>): () => Promise<boolean> {
  return () => {
    if (signal.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const running = setInterval(() => {}, 60_000) // the clock's timers alone keep no program running
      const look = (again: boolean) => {
        clearInterval(running)
        cancel()
        signal.removeEventListener('abort', end)
        resolve(again)
      }
      const end = () => look(false)
      const cancel = clock.after(everyMs, () => look(true))
      signal.addEventListener('abort', end, { once: true })
    })
  }
}
