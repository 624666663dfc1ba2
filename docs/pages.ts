import type { Kpi } from '../src/aggregate/kpis.ts'
import type { OptionEntry } from '../src/config/reference.ts'
import type { ProblemKind } from '../src/runtime/problem.ts'
import type { EventKind } from '../src/telemetry/events.ts'
import type { MetricKind } from '../src/telemetry/metrics.ts'
import { code, page, sentence, table } from './markdown.ts'

const byKey =
  <T>(key: (item: T) => string) =>
  (a: T, b: T) =>
    key(a) < key(b) ? -1 : 1

/** `docs/configuration.md`: every option. */
export function configurationPage(options: readonly OptionEntry[]): string {
  const rows = options.map(({ path, type, default: value, description }) => [
    code(path),
    type.includes('|') ? type.split(' | ').map(code).join(', ') : type,
    value === undefined ? '' : code(typeof value === 'string' ? value : JSON.stringify(value)),
    sentence(description),
  ])
  return page('Configuration', [
    'One YAML file, read once: `mesh-telemetry run --config FILE`. `mesh-telemetry check --config FILE` names every problem of it at once, `mesh-telemetry config print --config FILE` shows what holds.',
    'Keys that are not listed here are refused. `${NAME}` stands for an environment variable, `${NAME:-default}` for one that may be missing. Relative paths start at the folder of the file. Durations are written `250ms`, `15s`, `1m30s`; sizes `900kB`, `64MiB`.',
    table(['Option', 'Form', 'Default', 'What it does'], rows),
  ])
}

type ErrorCodes = Readonly<Record<string, { readonly status: string; readonly meaning: string }>>

/** `docs/problems.md`: what each problem code means and what to do about it; below, what the API's errors are called. */
export function problemsPage(kinds: readonly ProblemKind[], errorCodes: ErrorCodes): string {
  const rows = kinds
    .toSorted(byKey(({ code: name }) => name))
    .map((kind) => [code(kind.code), sentence(kind.meaning), sentence(kind.remedy), kind.retryable ? 'yes' : 'no'])
  return page('Problems', [
    'Every problem has a code. It stands in brackets behind what a command says, in the log, and beside a target that fails. "Again" says whether trying again may help; of what the collector itself does, it then tries again by itself.',
    table(['Code', 'What it means', 'What to do', 'Again'], rows),
    '## Errors of the HTTP API',
    'An answer without success is JSON: `{"error": {"code": "…", "message": "…"}}`.',
    table(
      ['Code', 'Status', 'What it means'],
      Object.entries(errorCodes).map(([name, { status, meaning }]) => [code(name), status, sentence(meaning)]),
    ),
  ])
}

/** `docs/targets.md`: why a pod or a namespace is not scraped, and the states of those that are. */
export function reasonsPage(reasons: readonly { readonly code: string; readonly meaning: string }[], states: string): string {
  return page('Why a pod is not scraped', [
    'Each pod of a named namespace that is not scraped has exactly one reason, and so has each meshed namespace that is not named: the first in this order that speaks against it. `mesh-telemetry targets` and `/api/v1/targets` show it with the command that mends it.',
    table(
      ['Reason', 'What it means'],
      reasons.map(({ code: name, meaning }) => [code(name), sentence(meaning)]),
    ),
    '## The state of those that are scraped',
    sentence(states),
  ])
}

/** `docs/metrics.md`: the mesh's series, then the collector's own. */
export function metricsPage(kpis: readonly Kpi[], own: readonly MetricKind[]): string {
  const kpiRows = (of: Kpi['of']) =>
    kpis
      .filter((kpi) => kpi.of === of)
      .map((kpi) => [code(kpi.name), kpi.type, kpi.furtherLabel ? code(kpi.furtherLabel) : '', sentence(kpi.help)])
  const ownRows = own
    .toSorted(byKey(({ name }) => name))
    .map(({ name, type, labels = [], help }) => [code(name), type, labels.map(code).join(', '), sentence(help)])
  const head = ['Name', 'Type', 'Further label', 'What it says']
  return page('Metrics', [
    'Units are in the names: seconds and bytes. Sums count since the collector watches, and never fall when pods restart or leave.',
    '## The mesh: `/metrics/edges`',
    'Pod to service. Outbound series name both ends, inbound ones (`direction="inbound"`) only the called one: who called is not known there.',
    table(head, kpiRows('cluster')),
    'Workload to workload, from the WASM statistics. They count the same requests again and are never added to those above.',
    table(head, kpiRows('workload')),
    '## The collector itself: `/metrics`',
    "Beside these stand the process's own, as every Node program shows them (`process_*`, `nodejs_*`).",
    table(['Name', 'Type', 'Labels', 'What it says'], ownRows),
  ])
}

/** `docs/events.md`: what the log can say. */
export function eventsPage(kinds: readonly EventKind[]): string {
  const rows = kinds.toSorted(byKey(({ name }) => name)).map(({ name, level, message }) => [code(name), level, sentence(message)])
  return page('Events', [
    'Each event is one JSON line in the log (field `event`) and one count in `meshtelemetry_events_total{event="…"}`.',
    'Levels say what follows: `error`, data was lost or someone must act; `warn`, degraded and mending itself; `info`, a state changed; `debug`, why.',
    table(['Event', 'Level', 'Message'], rows),
  ])
}
