import { Problem } from '../runtime/problem.ts'
import { cliProblems } from './problems.ts'
import type { LineBatch } from './row-files.ts'

/** One row as a file has it, in the columns of InsightsMetrics. */
export interface StoredRow {
  /** As it stands in the file. */
  readonly text: string
  readonly timeMs: number
  readonly name: string
  readonly val: number
  readonly tags: Readonly<Record<string, string>>
}

/** Which rows are wanted; absent parts want any. */
export interface RowFilter {
  /** A part of the name, in any case. */
  readonly name?: string | undefined
  readonly app?: string | undefined
  readonly namespace?: string | undefined
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number | undefined
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

export function isWanted({ name, timeMs, tags }: StoredRow, filter: RowFilter): boolean {
  return (
    (filter.name === undefined || name.toLowerCase().includes(filter.name.toLowerCase())) &&
    (filter.app === undefined || tags['app'] === filter.app) &&
    (filter.namespace === undefined || tags['namespace'] === filter.namespace) &&
    (filter.sinceMs === undefined || timeMs >= filter.sinceMs)
  )
}

function rowOf(text: string): StoredRow | undefined {
  try {
    const { TimeGenerated, Name, Val, Tags } = JSON.parse(text) as Readonly<Record<string, unknown>>
    const tags: unknown = JSON.parse(String(Tags))
    const timeMs = Date.parse(String(TimeGenerated))
    if (typeof Name !== 'string' || typeof Val !== 'number' || Number.isNaN(timeMs) || typeof tags !== 'object' || !tags) return undefined
    return { text, timeMs, name: Name, val: Val, tags: tags as StoredRow['tags'] }
  } catch {
    return undefined
  }
}
