import { stringify } from 'yaml'
import type { Alert } from './alert.ts'
import { droppingAlerts, noDataAlerts } from './collector-alerts.ts'
import { sendingAlerts } from './sending-alerts.ts'
import { serviceAlerts } from './service-alerts.ts'

/** All alerts by the group that Prometheus evaluates them in. */
export const alertGroups: Readonly<Record<string, readonly Alert[]>> = {
  'mesh-services': serviceAlerts,
  'mesh-telemetry-no-data': noDataAlerts,
  'mesh-telemetry-dropping': droppingAlerts,
  'mesh-telemetry-sending': sendingAlerts,
}

export const alerts: readonly Alert[] = Object.values(alertGroups).flat()

/** The page that says what an alert means and what mends it. A path within this project: it has no address of its own that would lead there for ever. */
export const runbookOf = ({ name }: Alert): string => `docs/runbooks/${name}.md`

const groups = Object.entries(alertGroups).map(([name, members]) => ({ name, rules: members.map(ruleOf) }))

function ruleOf(alert: Alert) {
  const { name, severity, labels, expr, summary, description } = alert
  return {
    alert: name,
    expr,
    ...(alert.for && { for: alert.for }),
    labels: { severity, ...labels },
    annotations: { summary, description, runbook: runbookOf(alert) },
  }
}

const head = ' Written by `npm run dashboards` from dashboards/alerts/. Edit there.'
const text = (content: object, remark: string) => `#${head}\n#${remark}\n${stringify(content, { lineWidth: 0, singleQuote: true })}`

const prometheusRule = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'mesh-telemetry', namespace: 'mesh-telemetry' },
  spec: { groups },
}

/** The committed files by their path within the project. */
export const ruleFiles: Readonly<Record<string, string>> = {
  'dashboards/alerts/mesh-telemetry.yaml': text({ groups }, ' For `rule_files` of Prometheus; objectives.ts has the numbers.'),
  'deploy/components/service-monitor/prometheus-rule.yaml': text(prometheusRule, ' For the Prometheus Operator: the same rules.'),
}
