import { z } from 'zod'

export const aggregateOptions = z
  .strictObject({
    edgeLimit: z
      .number()
      .int()
      .min(1)
      .default(50_000)
      .describe(
        'How many edges (source → destination) are kept at most, idle ones included. Beyond it the ones that moved longest ago are forgotten.',
      ),
  })
  .prefault({})
