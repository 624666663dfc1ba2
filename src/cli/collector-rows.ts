import { isWanted, type RowFilter } from '../model/row.ts'
import { Problem } from '../runtime/problem.ts'
import { durationText } from '../runtime/units.ts'
import type { CollectorClient } from './collector-client.ts'
import { cliProblems } from './problems.ts'
import { rowOf, type StoredRow } from './stored-row.ts'

export interface AskedRows extends Pick<RowFilter, 'name' | 'app' | 'namespace'> {
  /** Only what was read within so many milliseconds. */
  readonly since?: number | undefined
}

/**
 * The rows that a running collector has now, the oldest first; then, as often as `next` says, those whose sidecars were read since.
 *
 * @param next when to ask again: it resolves to whether to ask; without it, once is all
 * @throws {Problem} of `cliProblems`
 */
export async function* collectorRows(
  client: CollectorClient,
  asked: AskedRows,
  next?: () => Promise<boolean>,
): AsyncGenerator<readonly StoredRow[]> {
  const path = pathOf(asked)
  let seenMs = -1
  do {
    const rows = rowsIn(await client.text(path)).filter((row) => isWanted(row, { sinceMs: seenMs + 1 }))
    rows.sort((a, b) => a.timeGeneratedMs - b.timeGeneratedMs)
    if (rows.length > 0) yield rows
    seenMs = rows.at(-1)?.timeGeneratedMs ?? seenMs
  } while (await next?.())
}

function pathOf({ since, ...filter }: AskedRows): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...filter, since: since === undefined ? undefined : durationText(since) }))
    if (value !== undefined) query.set(name, value)
  return query.size > 0 ? `api/v1/rows?${query.toString()}` : 'api/v1/rows'
}

const rowsIn = (text: string): StoredRow[] =>
  text.split('\n').flatMap((line) => {
    if (line === '') return []
    const row = rowOf(line)
    if (row) return row
    throw new Problem(cliProblems.server_answer_unusable, 'What the collector answers for rows holds a line that is none.')
  })
