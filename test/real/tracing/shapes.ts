import type { JaegerSpan, JaegerTrace } from './jaeger.ts'

/**
 * Who called whom in a trace, in one line: `bookbuyer client > bookstore server > …`. Several children stand in brackets, several roots (a span whose parent is not there is one)
 * behind a bar.
 */
export function shapeOf(trace: JaegerTrace): string {
  const ids = new Set(trace.spans.map(({ spanID }) => spanID))
  const roots = trace.spans.filter((span) => !ids.has(parentOf(span) ?? ''))
  const told = roots.map((root) => tell(root, trace, new Set()))
  return told.length > 0 ? told.toSorted().join(' | ') : `a circle of ${trace.spans.length}`
}

export const isError = (span: JaegerSpan): boolean => String(tag(span, 'error')) === 'true'

/** What Jaeger finds odd, but for what two processes of a busy machine may do: the called one may come to its end last, which looks as if its clock were wrong. */
export const warningsOf = ({ warnings }: JaegerSpan): string[] => (warnings ?? []).filter((warning) => !warning.startsWith('clock skew'))

/** How many of each there are. */
export function countEach(things: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1)
  return counts
}

function tell(span: JaegerSpan, trace: JaegerTrace, told: Set<JaegerSpan>): string {
  if (told.has(span)) return 'itself again'
  told.add(span)
  const children = trace.spans.filter((other) => parentOf(other) === span.spanID).map((child) => tell(child, trace, told))
  const own = `${trace.processes[span.processID]?.serviceName} ${String(tag(span, 'span.kind'))}`
  if (children.length === 0) return own
  return `${own} > ${children.length === 1 ? children[0] : `(${children.toSorted().join(', ')})`}`
}

const parentOf = (span: JaegerSpan) => span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID
const tag = (span: JaegerSpan, key: string) => span.tags.find((each) => each.key === key)?.value
