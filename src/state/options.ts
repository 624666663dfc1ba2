import { z } from 'zod'
import { duration, size } from '../runtime/options.ts'

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

export const outboxOptions = z
  .strictObject({
    limit: size({ min: '1MiB' })
      .prefault('1GiB')
      .describe(
        'How much may wait for destinations, compressed, in bytes; beyond it the oldest goes, counted. Where the disk that state.path is on has less room, it is a quarter of that; and where others fill it, what waits gives way to the sums, the oldest first. Without state.path, and while it cannot be written, 64MiB at most.',
      ),
    keep: duration({ min: '1m' }).prefault('1d').describe('How long something waits for a destination; what is older goes, counted.'),
  })
  .prefault({})
export type OutboxOptions = z.output<typeof outboxOptions>
