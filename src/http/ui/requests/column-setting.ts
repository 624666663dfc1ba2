import type { EdgesAnswer } from '../../../model/figures.ts'
import { useCollector } from '../collector.ts'
import { coveredOf } from '../covered.ts'
import { useFormat, useWords } from '../setting.ts'
import type { ColumnSetting } from './figure-columns.ts'
import { words } from './words.ts'

/** What all columns of an answer's tables have in common. */
export function useColumnSetting(answer: EdgesAnswer | undefined): ColumnSetting {
  const text = useWords(words)
  const format = useFormat()
  const scrape = useCollector()?.scrape
  return {
    text,
    format,
    over: answer ? text.over(format.span(coveredOf(answer))) : '',
    steps: answer?.steps,
    shortestSeconds: scrape ? (scrape.intervalMs * scrape.everyNth) / 1e3 : 1,
  }
}
