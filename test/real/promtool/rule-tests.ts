import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import { type Alert } from '../../../dashboards/alerts/alert.ts'
import { alerts, runbookOf } from '../../../dashboards/alerts/rules.ts'
import { type AlertCase, seriesText } from './alert-case.ts'

/**
 * A file for `promtool test rules`: each case by itself. Which alerts of a name fire is asked of the series `ALERTS`, what they say of the alerts
 * themselves.
 */
export function ruleTests(rulesFile: string, cases: readonly AlertCase[]): string {
  const tests = cases.map(({ alert, when, series, atMinute, fires, says }) => ({
    name: `${alert}: ${when}`,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: seriesText('ALERTS', { alertname: alert, alertstate: 'firing' }),
        eval_time: `${atMinute}m`,
        exp_samples: fires.map((labels) => ({
          labels: seriesText('ALERTS', { alertname: alert, alertstate: 'firing', ...labels }),
          value: 1,
        })),
      },
    ],
    ...(says && { alert_rule_test: [{ alertname: alert, eval_time: `${atMinute}m`, exp_alerts: expected(alert, fires, says) }] }),
  }))
  return stringify({ rule_files: [rulesFile], evaluation_interval: '1m', tests }, { lineWidth: 0 })
}

function expected(alert: string, fires: AlertCase['fires'], says: NonNullable<AlertCase['says']>) {
  const rule = alerts.find(({ name }) => name === alert)
  return fires.map((labels, i) => ({ exp_labels: labels, exp_annotations: { ...says[i], runbook: rule && runbookOf(rule) } }))
}

/** Alerts that no case lets fire, or that no case holds back. */
export function untested(cases: readonly AlertCase[]): string[] {
  const fires = ({ name, severity, labels }: Alert) =>
    cases.some((each) => each.alert === name && each.fires.some((fired) => isDeepStrictEqual({ ...fired, severity, ...labels }, fired)))
  const holds = ({ name }: Alert) => cases.some((each) => each.alert === name && each.fires.length === 0)
  return [
    ...alerts.filter((alert) => !fires(alert)).map((alert) => `${alert.name} ${JSON.stringify(alert.labels ?? {})} never fires`),
    ...alerts.filter((alert) => !holds(alert)).map(({ name }) => `${name} is never silent`),
  ]
}
