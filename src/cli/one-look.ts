import { discoverOptions } from '../discover/options.ts'
import type { ClusterApi } from '../discover/kubernetes/cluster-api.ts'
import { type Looked, lookOnce } from '../discover/kubernetes/look-once.ts'
import type { Discovered } from '../model/discovered.ts'
import type { TargetsAnswer } from '../model/figures.ts'
import { targetLabelsOf } from '../relabel/target-labels.ts'
import { problemFigures, targetFigures } from '../snapshot/target-figures.ts'

/** What a collector with the usual configuration finds in its first round, with the rights of whoever asks. Throws as `lookOnce`. */
export function lookAt(api: ClusterApi, signal: AbortSignal): Promise<Looked> {
  return lookOnce(api, { ...discoverOptions.parse({}), allowLoopback: false }, signal)
}

/** What one look finds, as the API tells it: everybody waits, for nobody is scraped. */
export function lookedTargets(found: Discovered): Omit<TargetsAnswer, 'scrape'> {
  return {
    targets: found.targets.map((target) => targetFigures(target, undefined, targetLabelsOf(target).kubernetesPods)),
    dropped: found.dropped.map(({ namespace, pod = null, reason, remedy }) => ({ namespace, pod, reason, remedy })),
    rule: found.rule,
    problems: found.problems.map(problemFigures),
  }
}
