import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again every 50 ms until nothing is missing.
 *
 * @param missing what is still wrong, in words; `undefined` when nothing is
 * @returns how long it took, milliseconds
 * @throws with what was last missing
 */
export async function until(withinMs: number, missing: () => Promise<string | undefined>): Promise<number> {
  const beganMs = performance.now()
  for (;;) {
    const wrong = await missing()
    const tookMs = Math.round(performance.now() - beganMs)
    if (wrong === undefined) return tookMs
    if (tookMs > withinMs) throw new Error(`after ${withinMs / 1_000} s ${wrong}`)
    await pause(50)
  }
}
