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
    totalSeriesLimit: z
      .number()
      .int()
      .min(1)
      .default(20_000_000)
      .describe(
        'How many wanted series the pages of all targets may hold together, about 30 bytes each. Who is known stays; the page of a target for which there is no room is refused whole, with the reason no_room_for_series, until others leave.',
      ),
    distinctSeriesLimit: z
      .number()
      .int()
      .min(1)
      .default(1_000_000)
      .describe(
        'The same, but where pages name the same series, as those of one deployment do, these count once: names are kept once, about 1.6 kB each.',
      ),
  })
  .prefault({})
