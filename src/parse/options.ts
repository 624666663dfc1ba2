import { z } from 'zod'

/** The configuration's section `parse`. */
export const parseOptions = z
  .strictObject({
    seriesLimit: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .default(100_000)
      .describe(
        'How many wanted series one page may hold. A page with more is refused whole, with the reason too_many_series: half of it would count wrong.',
      ),
  })
  .prefault({})
