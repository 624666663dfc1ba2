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
  const obstacles = [...new Map(hearings.flatMap(({ problem }) => (problem ? [[problem.message, problem]] : []))).values()]
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
    problems: (found?.problems ?? obstacles).map(problemFigures),
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

/** For probes, whoever asks them: the kind of what keeps discovery waiting, not where and of whom. */
export function waitingReason(hearings: readonly Hearing[]): string {
  const codes = new Set(hearings.flatMap(({ problem }) => problem?.code ?? []))
  return codes.size === 0 ? noRoundYet : `${noRoundYet} What keeps it waiting: ${[...codes].join(', ')}; /api/v1/status says more.`
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
