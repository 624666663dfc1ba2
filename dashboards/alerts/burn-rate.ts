import type { BurnWindow } from './objectives.ts'

/** What is bad about the requests to a service, as PromQL over a range such as `5m`. */
export interface Badness {
  /** Which share of the requests was bad: 0 to 1. */
  readonly share: (range: string) => string
  /** How many requests were bad. */
  readonly count: (range: string) => string
  /** Share of requests that must be good. */
  readonly good: number
}

/**
 * Holds while both windows spend the budget `factor` times too fast and enough requests were bad to speak of a share at all. Its value is the share of
 * bad requests in the short window.
 *
 * @param fewest so many bad requests in the long window at least
 */
export function burns({ share, count, good }: Badness, { long, short, factor }: BurnWindow, fewest: number): string {
  const tooMuch = (range: string) => `(\n${indented(share(range))}\n) > ${factor} * (1 - ${good})`
  return `${tooMuch(short)}\nand\n${tooMuch(long)}\nand\n${count(long)} >= ${fewest}`
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ')
