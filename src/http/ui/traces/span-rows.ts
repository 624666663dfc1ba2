import type { TraceSpan } from '../../../model/trace-figures.ts'

/** A span as the waterfall shows it. */
export interface SpanRow {
  /** The same span keeps its key while others come. */
  readonly key: string
  readonly span: TraceSpan
  /** How many spans stand below it. */
  readonly below: number
  /** Whether it begins before the span above it, or ends after that one. */
  readonly outside: 'before' | 'after' | null
}

/** Times are microseconds, made milliseconds: what differs by less is the same. */
const roundingMs = 0.001

/** @param tree every span above those that it called */
export function rowsOf(tree: readonly TraceSpan[]): readonly SpanRow[] {
  const seen = new Map<string, number>()
  const above: number[] = []
  const below = tree.map(() => 0)
  const parents = tree.map(({ depth }, i) => {
    while (above.length > depth) close(above, below)
    const parent = above.at(-1)
    above.push(i)
    return parent
  })
  while (above.length > 0) close(above, below)
  return tree.map((span, i) => {
    const parent = tree[parents[i] ?? -1]
    return { key: keyOf(span, seen), span, below: below[i] ?? 0, outside: parent ? outsideOf(span, parent) : null }
  })
}

/** The last span has nothing more below it: it and what is below it count for the one above. */
function close(above: number[], below: number[]): void {
  const done = above.pop() ?? 0
  const parent = above.at(-1)
  if (parent !== undefined) below[parent] = (below[parent] ?? 0) + (below[done] ?? 0) + 1
}

/** Both sides of a call may have one id, and a call that was tried again both sides twice. */
function keyOf({ id, kind, service }: TraceSpan, seen: Map<string, number>): string {
  const name = JSON.stringify([id, kind, service])
  const count = seen.get(name) ?? 0
  seen.set(name, count + 1)
  return `${name}${count}`
}

function outsideOf(span: TraceSpan, parent: TraceSpan): SpanRow['outside'] {
  if (span.offsetMs === null || parent.offsetMs === null) return null
  if (span.offsetMs < parent.offsetMs - roundingMs) return 'before'
  const endMs = span.offsetMs + (span.durationMs ?? 0)
  return parent.durationMs !== null && endMs > parent.offsetMs + parent.durationMs + roundingMs ? 'after' : null
}

/** The rows that are left where those below some are hidden. */
export function visibleRows(rows: readonly SpanRow[], folded: ReadonlySet<string>): readonly SpanRow[] {
  const visible: SpanRow[] = []
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (!row) break
    visible.push(row)
    if (folded.has(row.key)) i += row.below
  }
  return visible
}
