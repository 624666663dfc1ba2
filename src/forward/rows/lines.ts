import type { Labels } from '../../model/labels.ts'
import { rowNamespace, rowOrigin } from '../../model/row.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { RowColumn } from './row-columns.ts'
import { type TargetTags, targetTags } from './tags.ts'

/** A row's text in parts: what stands before the value and after it. Keys of tags stand in their order, so that equal tags are equal texts. */
export interface LineParts {
  readonly beforeName: string
  readonly beforeOwn: string
  readonly end: string
}

/** Who rows tell of. */
export interface Writer {
  readonly tags: TargetTags
  /** The node of the pod; `''` where it is not one. */
  readonly computer: string
}

export const writerOf = (sheet: Sheet): Writer => ({ tags: targetTags(sheet), computer: sheet.target.node ?? '' })

/** What all rows of a writer and a moment have in common. */
export function lineParts(
  { tags, computer }: Writer,
  { timeMs, cluster }: { readonly timeMs: number; readonly cluster: Labels },
): LineParts {
  const { app, ...rest } = tags
  const text = {
    TimeGenerated: new Date(timeMs).toISOString(),
    Computer: computer,
    Origin: rowOrigin,
    Namespace: rowNamespace,
  }
  return {
    beforeName: `${JSON.stringify(text).slice(0, -1)},"Name":"`,
    beforeOwn: `,"Tags":"{${inner({ app, ...cluster })},`,
    end: `,${inner(rest)}}"}\n`,
  }
}

interface OwnParts {
  readonly name: string
  readonly tags: string
}

const known = new WeakMap<RowColumn, OwnParts>()

function ownParts(column: RowColumn): OwnParts {
  const parts = known.get(column) ?? { name: `${column.name}","Val":`, tags: inner(column.labels) }
  known.set(column, parts)
  return parts
}

/** One row as a line of NDJSON. */
export function lineOf({ beforeName, beforeOwn, end }: LineParts, column: RowColumn, val: number): string {
  const { name, tags } = ownParts(column)
  return beforeName + name + val + beforeOwn + tags + end
}

/** Members of a JSON object, as they stand inside of a JSON text. */
const inner = (labels: Labels): string => JSON.stringify(JSON.stringify(labels).slice(1, -1)).slice(1, -1)
