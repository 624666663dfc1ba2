import { sentence, table } from '../../docs/markdown.ts'
import type { Alert } from './alert.ts'
import { burnWindows, objectives } from './objectives.ts'
import { alertGroups } from './rules.ts'

const headings: Readonly<Record<string, string>> = {
  'mesh-services': 'Services',
  'mesh-telemetry-no-data': 'There is no data, although there should be',
  'mesh-telemetry-dropping': 'The collector leaves something out',
  'mesh-telemetry-sending': 'What is sent does not arrive',
}

/** A summary as a reader sees it, with names of labels where an alert has their values. */
const plain = (summary: string): string =>
  summary
    .replaceAll(/\{\{ with \$labels\.(\w+) \}\}\{\{ \. \}\}/g, '<$1>')
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '<$1>')
    .replaceAll('{{ $value | humanizePercentage }}', '<share>')
    .replaceAll('{{ $value | humanizeDuration }}', '<time>')
    .replaceAll('{{ $value }}', '<number>')
    .replaceAll('{{ end }}', '')

function tableOf(members: readonly Alert[]): string {
  const rows = [...Map.groupBy(members, ({ name }) => name)].map(([name, alike]) => {
    const severities = new Set(alike.map((alert) => `${alert.severity}${alert.for ? ` after ${alert.for}` : ''}`))
    return [`[${name}](${name}.md)`, [...severities].join(', '), sentence(plain(alike[0]?.summary ?? ''))]
  })
  return table(['Alert', 'Severity', 'What it says'], rows)
}

const percent = (share: number) => `${Number((share * 100).toFixed(4))}%`
const limit = (good: number, factor: number) => percent(factor * (1 - good))

function objectivesText(): string {
  const { failures, latency, fewest, callersSee } = objectives
  const rows = burnWindows.map(({ name, severity, short, long, factor }) => [
    name,
    severity,
    `${short} and ${long}`,
    String(factor),
    limit(failures.good, factor),
    limit(latency.good, factor),
  ])
  return [
    `Of each service ${percent(failures.good)} of the requests must not end with a 5xx, and ${percent(latency.good)} must be answered within ${latency.seconds} s, over thirty days. What may fail is a budget; an alert says that it is spent too fast, over a long window and a short one, so that it neither cries at every blip nor goes on when all is over. Fewer than ${fewest} bad requests in the long window wake nobody up. What counts is what callers in the mesh saw, or the service's own sidecar where they send less than ${percent(callersSee)} of its requests.`,
    table(['Window', 'Severity', 'Over', 'Times too fast', 'Failures above', 'Slow requests above'], rows),
    'Whoever promises something else changes `dashboards/alerts/objectives.ts` and runs `npm run dashboards`, or replaces the numbers in the rule file: they stand there as they are here. To promise other things of other services, copy a rule and say `destination_service` in both.',
  ].join('\n\n')
}

/** `docs/runbooks/README.md`: all alerts, and what is promised. */
export const overview = (): string =>
  [
    '<!-- Written by `npm run dashboards` from dashboards/alerts/. Edit there. -->',
    '# Alerts',
    '`dashboards/alerts/mesh-telemetry.yaml` holds them for `rule_files` of Prometheus, `deploy/components/service-monitor` for its operator. They read `/metrics/edges` and `/metrics`. Each has a page here, named in its annotation `runbook`; `mesh-telemetry dashboards export --runbooks URL` writes its address beside it, as `runbook_url`, once they are to be read somewhere. critical: somebody is to look now; warning: in working hours.',
    ...Object.entries(alertGroups).flatMap(([group, members]) => [`## ${headings[group] ?? group}`, tableOf(members)]),
    '## What is promised',
    objectivesText(),
  ].join('\n\n') + '\n'
