import { useEffect, useState } from 'preact/hooks'
import { useFormat } from './setting.ts'
import { Store, useStore } from './store.ts'

const tickMs = 1_000
/** As much may lie between two clocks that are right: heads of answers tell whole seconds, and were under way. */
const toleranceMs = 2_000

let aheadMs = 0

/** How far the collector's clock is ahead of the browser's, as the head of an answer tells; 0 where they agree well enough. */
export function aheadOf(date: string | null, nowMs: number): number {
  const ahead = Date.parse(date ?? '') - nowMs
  return Math.abs(ahead) > toleranceMs ? ahead : 0
}

/** Takes the collector's time from the head of its answer: ages are by its clock, which may go otherwise than the reader's. */
export function heardTime(date: string | null): void {
  aheadMs = aheadOf(date, Date.now())
}

/** The collector's time now, milliseconds since the epoch. */
export const collectorMs = (): number => Date.now() + aheadMs
const now = new Store(collectorMs())
let readers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The collector's time in milliseconds since the epoch, second by second. */
function useNow(): number {
  useEffect(() => {
    if (readers++ === 0) timer = setInterval(() => now.set(collectorMs()), tickMs)
    now.set(collectorMs())
    return () => {
      if (--readers === 0) clearInterval(timer)
    }
  }, [])
  return useStore(now)
}

/** When an answer came, by the collector's clock: what is late in it was so then, however long it is looked at. */
export function useAnsweredMs(answer: unknown): number {
  const [answered, setAnswered] = useState({ answer, atMs: collectorMs() })
  if (answered.answer === answer) return answered.atMs
  const next = { answer, atMs: collectorMs() }
  setAnswered(next)
  return next.atMs
}

/** How long ago a moment was; it goes on without a question to the collector. */
export function Age({ sinceMs }: { readonly sinceMs: number }): string {
  const { span } = useFormat()
  return span(useNow() - sinceMs)
}
