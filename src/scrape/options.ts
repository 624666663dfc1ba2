import { z } from 'zod'
import { duration, size } from '../runtime/options.ts'
import { cadvisorOptions } from './kubelet/options.ts'

const usualTimeoutMs = 8_000

/** The configuration's section `scrape`. In the output durations are milliseconds and sizes bytes. */
export const scrapeOptions = z
  .strictObject({
    interval: duration({ min: '100ms', max: '1h' }).prefault('10s').describe('How often each target is read, as a duration.'),
    timeout: duration({ min: '50ms', max: '1h' })
      .optional()
      .describe(
        'How long one read may take, connecting included, as a duration; at most interval. When absent 8s, or interval where that is shorter.',
      ),
    bodyLimit: size({ min: '1KiB', max: '1GiB' })
      .prefault('64MiB')
      .describe('The largest page that is read, as a size; a larger one fails.'),
    filter: z
      .enum(['auto', 'off'])
      .default('auto')
      .describe(
        'auto asks sidecars only for what is wanted, where they understand it and it is not slower; off always reads the whole page.',
      ),
    requestStats: z
      .enum(['auto', 'off'])
      .default('auto')
      .describe("auto reads OSM's WASM statistics (workload to workload) where there are any; off leaves them out."),
    allowLoopback: z.boolean().default(false).describe('Whether targets may have loopback addresses: for the demo and for tests.'),
    cadvisor: cadvisorOptions,
  })
  .refine(({ interval, timeout = 0 }) => timeout <= interval, {
    path: ['timeout'],
    error: 'scrape.timeout is longer than scrape.interval; shorten both, or leave scrape.timeout out',
  })
  .transform((options) => ({ ...options, timeout: options.timeout ?? Math.min(usualTimeoutMs, options.interval) }))

export type ScrapeOptions = z.output<typeof scrapeOptions>
