import { z } from 'zod'
import { aggregateOptions } from '../aggregate/options.ts'
import { discoverOptions } from '../discover/options.ts'
import { forwardOptions } from '../forward/options.ts'
import { rowsOptions } from '../forward/rows/options.ts'
import { httpOptions } from '../http/options.ts'
import { parseOptions } from '../parse/options.ts'
import { tracesOptions } from '../receive/options.ts'
import { relabelOptions } from '../relabel/options.ts'
import { scrapeOptions } from '../scrape/options.ts'
import { historyOptions } from '../snapshot/options.ts'
import { outboxOptions, stateOptions } from '../state/options.ts'
import { telemetryOptions } from '../telemetry/options.ts'

type Listen = { readonly host: string; readonly port: number }

const isWildcard = ({ host }: Listen): boolean => host === '0.0.0.0' || host === '::'

/** Port 0 is another one each time. */
const isSamePlace = (a: Listen, b: Listen): boolean =>
  a.port === b.port && a.port !== 0 && (a.host === b.host || isWildcard(a) || isWildcard(b))

const sections = z.strictObject({
  discover: discoverOptions.prefault({}).describe('Who is scraped.'),
  scrape: scrapeOptions.prefault({}).describe('How often and how their pages are read.'),
  parse: parseOptions.prefault({}).describe('What a page may hold.'),
  relabel: relabelOptions.prefault({}).describe('How names appear.'),
  aggregate: aggregateOptions.prefault({}).describe('What is kept of the sums per edge.'),
  state: stateOptions.prefault({}).describe('Where sums survive a restart.'),
  rows: rowsOptions.prefault({}).describe('What is written for tables: rows in the columns of InsightsMetrics.'),
  outbox: outboxOptions.prefault({}).describe('What waits for destinations.'),
  traces: tracesOptions.prefault({}).describe('Spans that sidecars send.'),
  forward: forwardOptions.prefault({}).describe('Where rows and spans are sent.'),
  history: historyOptions.prefault({}).describe('How much of the past is kept in memory.'),
  http: httpOptions.prefault({}).describe('What is served, and to whom.'),
  telemetry: telemetryOptions.prefault({}).describe('What the collector says about itself.'),
})

/** The whole configuration: one section per room, each declared beside the code that uses it. */
export const configSchema = sections.refine(({ traces, http }) => !traces.listen || !isSamePlace(traces.listen, http.listen), {
  path: ['traces', 'listen'],
  error: 'is another place than that of http.listen: spans come on a port of their own, usually 9411',
})

/** What the collector runs with: durations in milliseconds, sizes in bytes. */
export type Config = z.output<typeof configSchema>
