import { Problem } from '../runtime/problem.ts'
import { cliProblems } from './problems.ts'
import type { LineBatch } from './row-files.ts'

/** One row as it was written, in the columns of InsightsMetrics. */
export interface StoredRow {
  /** As it stands there. */
  readonly text: string
  readonly timeGeneratedMs: number
  readonly name: string
  readonly val: number
  readonly tags: Readonly<Record<string, string>>
}

/** @throws {Problem} `rows_malformed` for a line that is no row */
export function storedRows({ file, line, lines }: LineBatch): StoredRow[] {
  return lines.map((text, at) => {
    const row = rowOf(text)
    if (row) return row
    throw new Problem(cliProblems.rows_malformed, 'The line is no row in the columns of InsightsMetrics.', {
      place: { file, line: line + at },
    })
  })
}

/** @returns `undefined` for a line that is no row */
export function rowOf(text: string): StoredRow | undefined {
  try {
    const { TimeGenerated, Name, Val, Tags } = JSON.parse(text) as Readonly<Record<string, unknown>>
    const tags: unknown = JSON.parse(String(Tags))
    const timeGeneratedMs = Date.parse(String(TimeGenerated))
    if (typeof Name !== 'string' || typeof Val !== 'number' || Number.isNaN(timeGeneratedMs) || typeof tags !== 'object' || !tags)
      return undefined
    return { text, timeGeneratedMs, name: Name, val: Val, tags: tags as StoredRow['tags'] }
  } catch {
    return undefined
  }
}
