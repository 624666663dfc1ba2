/** The window of figures, and their past in steps. */

export interface Covered {
  readonly windowMs: number
  readonly coveredMs: number
}

/** History has a grain: what misses the window asked for by no more than that is called by the window's name. */
const grain = 0.1

/** The window, milliseconds, that figures are really over. */
export const coveredOf = ({ windowMs, coveredMs }: Covered): number =>
  Math.abs(coveredMs - windowMs) <= grain * windowMs ? windowMs : coveredMs

/** Whether there is less than was asked for. */
export const isShort = (answer: Covered): boolean => coveredOf(answer) < answer.windowMs

const mostSlots = 30

/**
 * What happened per second in slots of one length: steps are finer the younger they are, and a picture of them as they are would bend time.
 *
 * @param amounts one for each step
 * @param shortestSeconds slots are no shorter: between two scrapes nothing is seen
 */
export function evenRates(
  amounts: readonly number[],
  steps: readonly { readonly seconds: number }[],
  { shortestSeconds }: { readonly shortestSeconds: number },
): number[] {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0)
  if (!(total > 0)) return []
  const slots = Math.max(1, Math.min(mostSlots, Math.floor(total / shortestSeconds)))
  const length = total / slots
  const rates = Array.from({ length: slots }, () => 0)
  let from = 0
  for (const [i, { seconds }] of steps.entries()) {
    const to = from + seconds
    for (let slot = Math.floor(from / length); slot < slots && slot * length < to; slot += 1) {
      const overlap = Math.min(to, (slot + 1) * length) - Math.max(from, slot * length)
      if (overlap > 0) rates[slot] = (rates[slot] as number) + ((amounts[i] ?? 0) * overlap) / seconds / length
    }
    from = to
  }
  return rates
}
