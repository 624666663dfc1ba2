import type { TraceSummary } from '../../../model/trace-figures.ts'
import { isFound } from '../who.ts'
import { namespaceOfSpan } from './trace-path.ts'

/** What the API is not asked, and therefore is looked for here. */
interface Choice {
  readonly namespace?: string | undefined
  readonly search?: string | undefined
  /** Wall times, milliseconds since the epoch: those that began between them. */
  readonly between?: readonly [number, number] | undefined
}

export function isChosen({ traceId, service, name, services, startMs }: TraceSummary, { namespace, search, between }: Choice): boolean {
  const [fromMs, toMs] = between ?? [-Infinity, Infinity]
  return (
    (startMs === null || (startMs >= fromMs && startMs <= toMs)) &&
    (!namespace || services.some((one) => namespaceOfSpan(one) === namespace)) &&
    isFound(search, traceId, service ?? '', name ?? '', ...services)
  )
}

/** Those with errors before the others; else they stay in their order. */
export const errorsFirst = (traces: readonly TraceSummary[]): readonly TraceSummary[] =>
  traces.toSorted((a, b) => Number(b.errors > 0) - Number(a.errors > 0))

/** The same traces in the same order, with what is known of them by now. */
export function renewed(shown: readonly TraceSummary[], latest: readonly TraceSummary[]): readonly TraceSummary[] {
  const byId = new Map(latest.map((trace) => [trace.traceId, trace]))
  return shown.map((trace) => byId.get(trace.traceId) ?? trace)
}

/** How many of the latest are not shown. */
export function arrived(shown: readonly TraceSummary[], latest: readonly TraceSummary[]): number {
  const known = new Set(shown.map(({ traceId }) => traceId))
  return latest.filter(({ traceId }) => !known.has(traceId)).length
}
