import { z } from 'zod'
import { aggregateOptions } from '../aggregate/options.ts'
import { discoverOptions } from '../discover/options.ts'
import { forwardOptions } from '../forward/options.ts'
import { rowsOptions } from '../forward/rows/options.ts'
import { httpOptions } from '../http/options.ts'
import { parseOptions } from '../parse/options.ts'
import { relabelOptions } from '../relabel/options.ts'
import { scrapeOptions } from '../scrape/options.ts'
import { historyOptions } from '../snapshot/options.ts'
import { outboxOptions, stateOptions } from '../state/options.ts'
import { logLevels } from '../telemetry/log.ts'

const telemetryOptions = z.strictObject({
  logLevel: z
    .enum(logLevels)
    .default('info')
    .describe("The least important kind of log line that is written; 'debug' says why things happen."),
})

/** The whole configuration: one section per room, each declared beside the code that uses it. */
export const configSchema = z.strictObject({
  discover: discoverOptions.prefault({}).describe('Who is scraped.'),
  scrape: scrapeOptions.prefault({}).describe('How often and how their pages are read.'),
  parse: parseOptions.prefault({}).describe('What a page may hold.'),
  relabel: relabelOptions.prefault({}).describe('How names appear.'),
  aggregate: aggregateOptions.prefault({}).describe('What is kept of the sums per edge.'),
  state: stateOptions.prefault({}).describe('Where sums survive a restart.'),
  rows: rowsOptions.prefault({}).describe('What is written for tables: rows in the columns of InsightsMetrics.'),
  outbox: outboxOptions.prefault({}).describe('What waits for destinations.'),
  forward: forwardOptions.prefault({}).describe('Where rows are sent.'),
  history: historyOptions.prefault({}).describe('How much of the past is kept in memory.'),
  http: httpOptions.prefault({}).describe('What is served, and to whom.'),
  telemetry: telemetryOptions.prefault({}).describe('What the collector says about itself.'),
})

/** What the collector runs with: durations in milliseconds, sizes in bytes. */
export type Config = z.output<typeof configSchema>
