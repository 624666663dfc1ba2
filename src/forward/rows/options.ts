import { z } from 'zod'
import { duration } from '../../runtime/options.ts'

export const rowsOptions = z
  .strictObject({
    interval: duration({ min: '1s', max: '60s' })
      .prefault('60s')
      .describe(
        'How often a row is written of every series, independent of scraping, when a destination takes rows. The workbook wants one a minute at least. Without state.path rows begin at zero after each restart, and what is asked over one is wrong.',
      ),
    fidelity: z.enum(['full']).default('full').describe("What is written: 'full' is every series each time."),
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
