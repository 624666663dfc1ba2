import { z } from 'zod'
import { size } from '../../runtime/options.ts'

/** The configuration's section `forward.files`. */
export const filesOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('A folder to which rows are written as NDJSON, in the columns of InsightsMetrics. Made if it is not there.'),
  rotateAt: size({ min: '1kB' })
    .prefault('64MiB')
    .describe(
      'The size in bytes beyond which rows.ndjson is not written: it is renamed to rows-000001.ndjson and so on, and another begun.',
    ),
  keep: z.int().min(0).max(100_000).default(16).describe('How many files that were renamed are kept; the oldest are deleted.'),
})
export type FilesOptions = z.output<typeof filesOptions>
