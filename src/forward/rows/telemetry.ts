import type { MetricKind } from '../../telemetry/metrics.ts'

export const rowMetrics = {
  rows: {
    name: 'meshtelemetry_rows_total',
    type: 'counter',
    help: 'Rows that were made for pushed destinations, baselines and last rows of targets included.',
  },
  leftOut: {
    name: 'meshtelemetry_rows_left_out_total',
    type: 'counter',
    help: 'Rows that were not made: too_long does not fit into a request, same_name (of full rows alone) is of a target that calls itself as another one does, not_finite has no number.',
    labels: ['reason'],
  },
  roundsSkipped: {
    name: 'meshtelemetry_row_rounds_skipped_total',
    type: 'counter',
    help: 'Rounds of rows that were left out because the rows of the round before were not committed yet.',
  },
} as const satisfies Record<string, MetricKind>
