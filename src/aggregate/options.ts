import { z } from 'zod'

export const aggregateOptions = z
  .strictObject({
    edgeLimit: z
      .number()
      .int()
      .min(1)
      .default(50_000)
      .describe(
        'How many edges (source → destination) are kept at most, idle ones included: about 0.5 kB for each of their sums, of which an edge with HTTP has some 40. Beyond it those are forgotten that nobody reports and that moved longest ago. Where what targets report is more by itself, those that name most edges are left out as a whole, with the reason too_many_edges.',
      ),
    rememberedLimit: z
      .number()
      .int()
      .min(1)
      .default(100_000)
      .describe(
        'How many series that have left its page are remembered of one target, about 0.4 kB each: they go on where they were if they come back. A target that names more is left out as a whole until its container or pod is another, with the reason too_many_names.',
      ),
    totalRememberedLimit: z
      .number()
      .int()
      .min(1)
      .default(1_000_000)
      .describe('The same of all targets together. Beyond it the target of which most is remembered is left out.'),
  })
  .prefault({})
export type AggregateOptions = z.output<typeof aggregateOptions>
