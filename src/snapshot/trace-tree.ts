import type { Span } from '../model/span.ts'

export interface TreeSpan {
  readonly span: Span
  readonly depth: number
}

/** In the order in which they began; of both sides of a call the caller's first. */
export function byBegin(a: Span, b: Span): number {
  return (a.timestamp ?? Infinity) - (b.timestamp ?? Infinity) || Number(a.kind === 'SERVER') - Number(b.kind === 'SERVER') || 0
}

/**
 * The spans of a trace, each followed by those that it called. One whose parent never came stands at the top; so does one of a circle, which only who makes
 * ids up can send.
 */
export function treeOf(spans: readonly Span[]): TreeSpan[] {
  const parents = parentsOf(spans)
  const sorted = [...parents.keys()]
  const children = Map.groupBy(sorted, (span) => parents.get(span))
  const tree: TreeSpan[] = []
  const seen = new Set<Span>()
  for (const top of [...(children.get(undefined) ?? []), ...sorted]) {
    const waiting = [{ span: top, depth: 0 }]
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (seen.has(next.span)) continue
      seen.add(next.span)
      tree.push(next)
      const { depth } = next
      waiting.push(...(children.get(next.span) ?? []).map((span) => ({ span, depth: depth + 1 })).reverse())
    }
  }
  return tree
}

/** Below whom each span stands, in the order in which they began. */
export function parentsOf(spans: readonly Span[]): ReadonlyMap<Span, Span | undefined> {
  const sorted = spans.toSorted(byBegin)
  const byId = Map.groupBy(sorted, ({ id }) => id)
  return new Map(sorted.map((span) => [span, parentOf(span, byId)]))
}

function parentOf(span: Span, byId: ReadonlyMap<string, readonly Span[]>): Span | undefined {
  const caller = span.kind === 'SERVER' ? byId.get(span.id)?.find(({ kind }) => kind === 'CLIENT') : undefined
  if (caller) return caller
  const named = (span.parentId === undefined ? [] : (byId.get(span.parentId) ?? [])).filter((other) => other !== span)
  const called = named.filter(({ kind }) => kind === 'SERVER')
  // Where a call was tried at two pods, both have its id: what the one did is told by the same pod.
  return called.find((other) => isSamePlace(other, span)) ?? called[0] ?? named[0]
}

const isSamePlace = ({ localEndpoint: a }: Span, { localEndpoint: b }: Span): boolean =>
  a?.serviceName === b?.serviceName && a?.ipv4 === b?.ipv4 && a?.ipv6 === b?.ipv6
