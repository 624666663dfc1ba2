import type { Discovered, Hearing, InputProblem } from '../model/discovered.ts'
import type { StatusAnswer, TargetsAnswer } from '../model/figures.ts'
import type { Labels } from '../model/labels.ts'
import type { Pace } from '../model/pace.ts'
import type { TargetHealth } from '../model/page.ts'
import type { Target } from '../model/target.ts'

/** A target as people and programs read it. `labels` are those of its last sheet. */
export function targetFigures(
  target: Target,
  health: TargetHealth | undefined,
  labels: Labels | undefined,
): TargetsAnswer['targets'][number] {
  return {
    id: target.id,
    url: target.url.href,
    kind: target.kind,
    dialect: target.dialect,
    namespace: target.pod?.namespace ?? target.labels.source_namespace ?? null,
    pod: target.pod?.name ?? target.labels.source_pod_name ?? null,
    workload: labels?.source_workload_name ?? null,
    labels: { ...(labels ?? target.labels) },
    state: health?.state ?? 'waiting',
    terminating: target.terminating,
    lastPageMs: health?.lastPageMs ?? null,
    durationMs: health?.durationMs ?? null,
    bytes: health?.bytes ?? null,
    series: health?.series ?? null,
    asked: health?.asked ?? null,
    failures: health?.failures ?? 0,
    error: health?.error ? { ...health.error } : null,
    notice: health?.notice ? { ...health.notice } : null,
  }
}

/** What discovery says, and while it says nothing yet, what keeps it from that. */
export function statusOf(found: Discovered | undefined, hearings: readonly Hearing[]): StatusAnswer['discovery'] {
  const { tracing, wasmStats } = found?.meshConfig ?? {}
  return {
    rule: found?.rule ?? noRoundYet,
    namespaces: [...(found?.namespaces ?? [])],
    meshName: found?.meshName ?? null,
    meshConfig: tracing
      ? {
          tracing: {
            enabled: tracing.enabled,
            address: tracing.address ?? null,
            port: tracing.port ?? null,
            endpoint: tracing.endpoint ?? null,
          },
          wasmStats: wasmStats ?? null,
        }
      : null,
    controlPlane: [...(found?.controlPlane ?? [])],
    problems: (found?.problems ?? obstaclesOf(hearings)).map(problemFigures),
    watches: hearings.map(({ resource, namespace, state, lastHeardMs, problem }) => ({
      resource,
      namespace: namespace ?? null,
      state,
      lastHeardMs: lastHeardMs ?? null,
      problem: problem ? problemFigures(problem) : null,
    })),
  }
}

const noRoundYet = 'Discovery has not finished its first round.'

/** What keeps discovery from its first outcome, each once. Where a right to all namespaces is missing, the same right in some of them need not be told. */
function obstaclesOf(hearings: readonly Hearing[]): InputProblem[] {
  const refused = new Set(hearings.flatMap(({ resource, namespace, state }) => (state === 'refused' && !namespace ? resource : [])))
  const isCovered = ({ resource, namespace, state }: Hearing) => namespace !== undefined && state === 'refused' && refused.has(resource)
  const problems = hearings.filter((one) => !one.isOptional && !isCovered(one)).flatMap(({ problem }) => problem ?? [])
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}

/** For probes, whoever asks them: the kind of what keeps discovery waiting, not where and of whom. */
export function waitingReason(hearings: readonly Hearing[]): string {
  const codes = new Set(obstaclesOf(hearings).map(({ code }) => code))
  return codes.size === 0 ? noRoundYet : `${noRoundYet} What keeps it waiting: ${[...codes].join(', ')}; /api/v1/status says more.`
}

/** Why a collector has nobody to scrape, where the inputs may be to blame; without names of the mesh, since a probe needs no token. */
export function idleReason(found: Discovered | undefined): string | undefined {
  if (!found || found.problems.length === 0 || found.targets.some(({ kind }) => kind === 'sidecar')) return undefined
  const codes = new Set(found.problems.map(({ code }) => code))
  return `No sidecar is scraped. What may be to blame: ${[...codes].join(', ')}; /api/v1/status says more.`
}

/** What is wrong with an input, as people and programs read it. */
export const problemFigures = ({ code, message, remedy, file, line }: InputProblem) => ({
  code,
  message,
  remedy,
  file: file ?? null,
  line: line ?? null,
})

/** How often targets are read. */
export const paceFigures = ({ intervalMs, everyNth, problem }: Pace): StatusAnswer['scrape'] => ({
  intervalMs,
  everyNth,
  problem: problem ? { ...problem } : null,
})

/** How often each word occurs, by word. */
export function count(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words.toSorted(), (word) => word)].map(([word, all]) => [word, all.length]))
}
