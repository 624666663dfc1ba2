import { edgeKey, type Ledger } from './ledger.ts'
import { edgeOf, type Sample } from './edge-page.ts'

const edge = edgeKey('bookbuyer', 'bookwarehouse')

/**
 * Whether the histogram of one edge lies where it must. The sidecar's measure is shorter than the caller's and longer than the application's, so every
 * bucket's count lies between theirs: no tolerance is needed.
 */
export function latencyDifferences(ledger: Ledger, samples: readonly Sample[]): string[] {
  const outer = ledger.outerMs.get(edge) ?? []
  const inner = ledger.innerMs.get(edge) ?? []
  const buckets = samples.filter((sample) => sample.name === 'mesh_request_duration_seconds_bucket' && edgeOf(sample) === edge)
  if (buckets.length < 10) return [`mesh_request_duration_seconds ${edge}: ${buckets.length} buckets`]
  return buckets.flatMap(({ labels: { le = '' }, value }) => {
    const bound = le === '+Inf' ? Infinity : Number(le)
    const [least, most] = [within(outer, bound), within(inner, bound)]
    return value >= least && value <= most
      ? []
      : [`latency ${edge} le ${le}: ${value}, but callers saw ${least} and the application ${most}`]
  })
}

/** Whether a quantile shown by the API lies in a bucket that the true one can lie in. */
export function quantileDifference(
  ledger: Ledger,
  shown: { readonly q: number; readonly seconds: number; readonly bounds: readonly number[] },
): string[] {
  const { q, seconds, bounds } = shown
  const bucket = (value: number) => bounds.findIndex((bound) => value <= bound)
  const [least, most] = [quantile(ledger.innerMs.get(edge) ?? [], q), quantile(ledger.outerMs.get(edge) ?? [], q)]
  if (bucket(seconds) >= bucket(least) && bucket(seconds) <= bucket(most)) return []
  return [`latency ${edge} p${q * 100}: ${seconds} s, but the application took ${least} s and callers saw ${most} s`]
}

const within = (listMs: readonly number[], boundSeconds: number): number => listMs.filter((ms) => ms / 1_000 <= boundSeconds).length

function quantile(listMs: readonly number[], q: number): number {
  const sorted = listMs.toSorted((a, b) => a - b)
  return (sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN) / 1_000
}
