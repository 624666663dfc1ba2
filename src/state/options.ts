import { z } from 'zod'

export const stateOptions = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A folder in which sums and last values are kept, so that a restart bends no count. Made if it is not there. Without it they live in memory.',
      ),
  })
  .prefault({})
