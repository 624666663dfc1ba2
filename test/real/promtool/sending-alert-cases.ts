import { type AlertCase, growing, seriesText, steady } from './alert-case.ts'

const destination = { destination: 'azure' }
const from = { job: 'mesh-telemetry', instance: 'collector:9464', ...destination }
const own = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  seriesText(`meshtelemetry_destination_${name}`, { ...from, ...labels })
const warning = { ...from, severity: 'warning' }
const critical = { ...from, severity: 'critical' }

const lag = (values: string) => ({ [own('lag_seconds')]: values })
const tries = (sent: string, failed: string) => ({
  [own('sent_rows_total')]: sent,
  [own('failures_total', { code: 'azure_forbidden' })]: failed,
})
const lost = (values: string) => ({ [own('dropped_rows_total', { reason: 'too_old' })]: values })

export const sendingAlertCases: readonly AlertCase[] = [
  {
    alert: 'MeshTelemetryDestinationLagging',
    when: 'nothing is taken',
    series: lag(growing({ by: 60, minutes: 61 })),
    atMinute: 18,
    fires: [warning],
    says: [
      {
        summary: 'azure has not got rows that are 18m 0s old',
        description:
          'The oldest rows that wait for azure are 18m 0s old. They wait in the outbox, until it has no room left or they are older than outbox.keep.',
      },
    ],
  },
  { alert: 'MeshTelemetryDestinationLagging', when: 'it is ten minutes behind', series: lag(steady(600, 60)), atMinute: 30, fires: [] },
  {
    alert: 'MeshTelemetryDestinationFailing',
    when: 'no try succeeds any more',
    series: tries(`${growing({ by: 100, minutes: 10 })} ${steady(1_000, 50)}`, `${steady(0, 10)} ${growing({ by: 1, minutes: 50 })}`),
    atMinute: 22,
    fires: [{ ...warning, code: 'azure_forbidden' }],
  },
  {
    alert: 'MeshTelemetryDestinationFailing',
    when: 'it wants to be left alone for five minutes at a time',
    series: tries(steady(0, 60), '0x4 1x4 2x4 3x4 4x4 5x4 6x4'),
    atMinute: 30,
    fires: [{ ...warning, code: 'azure_forbidden' }],
  },
  {
    alert: 'MeshTelemetryDestinationFailing',
    when: 'some tries fail and others do not',
    series: tries(growing({ by: 100, minutes: 61 }), growing({ by: 1, minutes: 61 })),
    atMinute: 30,
    fires: [],
  },
  {
    alert: 'MeshTelemetryDestinationFailing',
    when: 'nothing is to be sent',
    series: tries(steady(7, 60), steady(3, 60)),
    atMinute: 30,
    fires: [],
  },
  {
    alert: 'MeshTelemetryRowsDropped',
    when: 'rows got too old',
    series: lost(`${steady(0, 70)} ${steady(900, 20)}`),
    atMinute: 75,
    fires: [{ ...critical, reason: 'too_old' }],
  },
  {
    alert: 'MeshTelemetryRowsDropped',
    when: 'rows were dropped for the first time, so that the series was not there before',
    series: lost(`_x70 ${steady(900, 20)}`),
    atMinute: 75,
    fires: [{ ...critical, reason: 'too_old' }],
    says: [
      {
        summary: 'Rows for azure are lost: too_old',
        description: '900 rows were dropped within the last hour and will never arrive at azure, for the reason too_old.',
      },
    ],
  },
  { alert: 'MeshTelemetryRowsDropped', when: 'they were dropped long ago', series: lost(steady(900, 200)), atMinute: 150, fires: [] },
]
