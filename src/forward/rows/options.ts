import { z } from 'zod'
import { duration } from '../../runtime/options.ts'

export const rowsOptions = z
  .strictObject({
    interval: duration({ min: '1s', max: '60s' })
      .prefault('60s')
      .describe(
        'How often a row is written of every series, independent of scraping, when a destination takes rows. The workbook wants one a minute at least. Without state.path rows begin at zero after each restart, and what is asked over one is wrong.',
      ),
    fidelity: z
      .enum(['full', 'compact'])
      .default('full')
      .describe(
        "What is written: 'full' is every series of every pod each time; 'compact' the sums of workloads, of these what moved and everything now and then: a small part of the rows, with the same answers about any half hour or more, but none about single pods.",
      ),
    clusterId: z
      .string()
      .min(1)
      .optional()
      .describe('The resource ID of the cluster in Azure, written into the tag container.azm.ms/clusterId, which workbooks filter by.'),
    clusterName: z
      .string()
      .min(1)
      .optional()
      .describe('The tag container.azm.ms/clusterName. Where it is absent, the last part of rows.clusterId.'),
  })
  .prefault({})
export type RowsOptions = z.output<typeof rowsOptions>
