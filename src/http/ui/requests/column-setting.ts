import type { EdgesAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { useFormat, useWords } from '../setting.ts'
import type { ColumnSetting } from './figure-columns.ts'
import { words } from './words.ts'

/** What all columns of an answer's tables have in common. */
export function useColumnSetting(answer: EdgesAnswer | undefined): ColumnSetting {
  return {
    text: useWords(words),
    format: useFormat(),
    steps: answer?.steps,
    shortestSeconds: useScrapeMs() / 1e3,
  }
}
