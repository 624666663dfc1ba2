import type { Labels } from '../../model/labels.ts'
import type { PulledPage } from '../../model/pulled-page.ts'
import { isWanted, type RowFilter } from '../../model/row.ts'
import type { Sheet } from '../../model/sheet.ts'
import { inChunks } from '../prometheus/text.ts'
import { lineOf, lineParts, writerOf } from './lines.ts'
import type { RowColumn } from './row-columns.ts'
import { targetTags } from './tags.ts'

interface Sources {
  /** The sheets that are shown now; asked once per rendering. */
  readonly sheets: () => readonly Sheet[]
  /** What a row of each series of a sheet would say. */
  readonly now: (sheet: Sheet) => Iterable<readonly [RowColumn, val: number]>
  /** Of every row. */
  readonly cluster: Labels
}

/**
 * `/api/v1/rows`: a row of every series as its page was read last, as NDJSON, whether or not rows are sent anywhere. What was sent before is not kept: a
 * destination has it.
 */
export function rowsPage(sources: Sources, filter: RowFilter): PulledPage {
  return { path: '/api/v1/rows', contentType: 'application/x-ndjson', render: () => inChunks(texts(sources, filter)) }
}

function* texts({ sheets, now, cluster }: Sources, filter: RowFilter): Generator<string> {
  for (const sheet of sheets()) {
    const row = { timeGeneratedMs: sheet.timestampMs, tags: targetTags(sheet) }
    const parts = lineParts(writerOf(sheet), { timeMs: sheet.timestampMs, cluster })
    let text = ''
    for (const [column, val] of now(sheet))
      if (Number.isFinite(val) && isWanted({ ...row, name: column.name }, filter)) text += lineOf(parts, column, val)
    yield text
  }
}
