import { z } from 'zod'
import { duration, size } from '../runtime/options.ts'

export const historyOptions = z
  .strictObject({
    window: duration({ min: '10m', max: '24h' })
      .prefault('1h')
      .describe('How long the past of every edge is kept in memory: 1 s steps for 20 s, 10 s for 10 minutes, 60 s beyond.'),
    memory: size({ min: '1MiB' })
      .prefault('256MiB')
      .describe('How many bytes the past may take. Beyond it the oldest steps are let go, and answers say what they cover.'),
  })
  .prefault({})
export type HistoryOptions = z.output<typeof historyOptions>
