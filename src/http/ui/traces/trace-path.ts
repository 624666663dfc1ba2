/** What of the tab is open: one trace, or those that hold a call between the ends that are named. */
export interface Chosen {
  readonly traceId?: string
  /** `NAMESPACE/NAME`. */
  readonly source?: string
  readonly destination?: string
}

/** Reads the path of the view: a trace's id, or `from`, a caller, `to`, a called one; either end may be missing. */
export function chosenOf(path: readonly string[]): Chosen {
  const [first = 'from'] = path
  if (first !== 'from' && first !== 'to') return { traceId: first }
  const ends = new Map<string | undefined, string>()
  for (let i = 0; i + 1 < path.length; i += 2) ends.set(path[i], withoutPort(path[i + 1] ?? ''))
  const [source, destination] = [ends.get('from'), ends.get('to')]
  return { ...(source && { source }), ...(destination && { destination }) }
}

/** The path under which `chosenOf` finds the traces of a call. */
export const pathOfCall = (source: string, destination: string): readonly string[] => ['from', source, 'to', destination]

/** `NAMESPACE/NAME` of what spans call `NAME.NAMESPACE`; a namespace has no dot, the name before it may. */
export function edgeNameOf(spanName: string): string {
  const dot = spanName.lastIndexOf('.')
  return dot < 0 ? spanName : `${spanName.slice(dot + 1)}/${spanName.slice(0, dot)}`
}

/** The namespace of a name as spans have it; empty where it says none. */
export const namespaceOfSpan = (spanName: string): string => {
  const dot = spanName.lastIndexOf('.')
  return dot < 0 ? '' : spanName.slice(dot + 1)
}

/** Spans do not tell ports apart. */
const withoutPort = (name: string): string => name.replace(/:\d+$/, '')
