import type { CallFigures, TraceSummary } from '../../../model/trace-figures.ts'
import { edgeNameOf } from './trace-path.ts'

export interface TracedCall {
  /** `NAMESPACE/NAME`. */
  readonly source: string
  readonly destination: string
  /** How many traces hold it. */
  readonly traces: number
  /** In how many of them it failed. */
  readonly failed: number
}

/** Who took part, in the order in which calls came to them; behind these, who is in no call that is known. */
export const servicesInOrder = ({ calls, services }: Pick<TraceSummary, 'calls' | 'services'>): readonly string[] => {
  const called = new Set(calls.flatMap(({ source, destination }) => [source, destination]))
  return [...[...called].filter((name) => services.includes(name)), ...services.filter((name) => !called.has(name))]
}

/** The call that failed: of several the one that began last, since those before it fail for waiting on it. */
export const failedCall = ({ calls }: Pick<TraceSummary, 'calls'>): CallFigures | undefined => calls.findLast(({ errors }) => errors > 0)

/** Who calls whom in these traces: what failed first, then by name, so that the order seldom changes. */
export function callsIn(traces: readonly Pick<TraceSummary, 'calls'>[]): readonly TracedCall[] {
  const all = traces.flatMap(({ calls }) => calls)
  const sums = Map.groupBy(all, ({ source, destination }) => JSON.stringify([source, destination]))
  const calls = [...sums.values()].flatMap((same): TracedCall | [] => {
    const [first] = same
    if (!first) return []
    const failed = same.filter(({ errors }) => errors > 0).length
    return { source: edgeNameOf(first.source), destination: edgeNameOf(first.destination), traces: same.length, failed }
  })
  return calls.sort(
    (a, b) => Number(b.failed > 0) - Number(a.failed > 0) || a.source.localeCompare(b.source) || a.destination.localeCompare(b.destination),
  )
}
