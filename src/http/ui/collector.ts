import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { StatusAnswer } from '../../model/figures.ts'

/** How the collector is doing, as it said last; undefined until it did. */
export const CollectorContext = createContext<StatusAnswer | undefined>(undefined)
export const useCollector = (): StatusAnswer | undefined => useContext(CollectorContext)

/** The time between two readings of a target, milliseconds: nothing is seen that happens faster. */
export function useScrapeMs(): number {
  const scrape = useCollector()?.scrape
  return scrape ? scrape.intervalMs * scrape.everyNth : 1e3
}
