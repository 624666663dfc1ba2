import { isWanted, type RowFilter } from '../model/row.ts'
import { Problem } from '../runtime/problem.ts'
import { findPlace, placeOptions, type PlaceChoice, requireCollector, sayPlace } from './collector-place.ts'
import { type AskedRows, collectorRows } from './collector-rows.ts'
import { command } from './command.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { counted } from './figure-text.ts'
import type { Option } from './command.ts'
import { nextLook } from './next-look.ts'
import { outputOption, sinceOption } from './options.ts'
import { cliProblems } from './problems.ts'
import { remark } from './remarks.ts'
import { rowLines } from './row-files.ts'
import { type StoredRow, storedRows } from './stored-row.ts'
import { type Column, tableLines } from './table.ts'
import { lookOf, shownRaw } from './terminal.ts'

/** How many of the last rows a table shows. */
const tableLimit = 1_000
/** How often it is looked whether files have grown. */
const lookEveryMs = 500
/** How often a collector is asked for a row of every series: as often as rows are made where nobody says otherwise. */
const askEveryMs = 60_000

export const rowsCommand = command({
  name: 'rows',
  summary: 'Show rows for tables of Log Analytics, of a running collector or from the files that it writes.',
  operand: {
    name: 'path',
    help: 'a file of rows (NDJSON), or a folder: what forward.files.path names; without it a collector is asked',
    optional: true,
  },
  options: {
    ...placeOptions,
    name: { flags: '--name <part>', help: 'only rows whose Name contains this' } as Option<string | undefined>,
    app: { flags: '--app <app>', help: 'only rows with this tag app' } as Option<string | undefined>,
    namespace: { flags: '--namespace <namespace>', help: 'only rows with this tag namespace' } as Option<string | undefined>,
    since: sinceOption('only rows of this last while'),
    follow: { flags: '-f, --follow', help: 'go on with rows as they are written' } as Option<boolean | undefined>,
    output: outputOption(['table', 'json']),
  },
  notes: `Whom it asks:
  With a path, files. Without, the collector, found as "edges" finds it; it need
  not send rows anywhere. A collector knows its rows of now, one per series of
  each pod, as its sidecar was read last, also where rows.fidelity is compact:
  what was sent, and earlier ones, are where they were sent.

What it prints:
  The table has one line per row, the oldest first, the last ${tableLimit} at most.
  "json" is the rows as they are sent, one JSON object per line: the columns of
  InsightsMetrics, with Tags as text. --follow goes on with what files are
  written, or asks the collector again once a minute.

Examples:
  $ mesh-telemetry rows --name upstream_rq_xx --app bookbuyer
  $ mesh-telemetry rows ./rows --since 10m -o json | jq '.Tags | fromjson'
  $ mesh-telemetry rows ./rows --follow`,
  async run({ operand, name, app, namespace, since, follow, output, ...choice }, context) {
    const asked: AskedRows = { name, app, namespace, since }
    const printing: Printing = { context, isFollowing: follow ?? false, print: output === 'json' ? printLines : printTable }
    if (operand === '') return ofCollector(choice, asked, printing)
    if (Object.values(choice).some((given) => given !== undefined)) throw twoSources(operand)
    const filter = { ...asked, sinceMs: since === undefined ? undefined : context.clock.wallMs() - since }
    return ofFiles(operand, filter, printing)
  },
})

const twoSources = (path: string) =>
  new Problem(cliProblems.options_contradict, `${path} names files, and another option a collector: which of them has the rows?`)

async function ofFiles(path: string, filter: RowFilter, printing: Printing): Promise<ExitCode> {
  await printing.print(wantedRows(path, filter, nextIn(lookEveryMs, printing)), printing)
  return exitCodes.fine
}

async function ofCollector(choice: PlaceChoice, asked: AskedRows, printing: Printing): Promise<ExitCode> {
  const { context } = printing
  const place = await findPlace(choice, context)
  try {
    const { client } = requireCollector(place)
    sayPlace(place, choice, context)
    if (asked.since !== undefined) remark(context, 'note', noPast)
    await printing.print(collectorRows(client, asked, nextIn(askEveryMs, printing)), printing)
    return exitCodes.fine
  } finally {
    await place.close()
  }
}

const noPast =
  'a running collector tells its rows of now, none before them: those are in the files of forward.files, mesh-telemetry rows FOLDER --since …'

async function* wantedRows(path: string, filter: RowFilter, next?: () => Promise<boolean>): AsyncGenerator<readonly StoredRow[]> {
  for await (const batch of rowLines(path, next)) {
    const rows = storedRows(batch).filter((row) => isWanted(row, filter))
    if (rows.length > 0) yield rows
  }
}

interface Printing {
  readonly context: Context
  readonly isFollowing: boolean
  readonly print: (batches: AsyncIterable<readonly StoredRow[]>, printing: Printing) => Promise<void>
}

async function printLines(batches: AsyncIterable<readonly StoredRow[]>, { context: { stdout } }: Printing): Promise<void> {
  for await (const rows of batches) stdout.write(shownRaw(stdout, rows.map(({ text }) => `${text}\n`).join('')))
}

/** Whoever follows sees rows as they come, each batch set by itself; else they are set together. */
async function printTable(batches: AsyncIterable<readonly StoredRow[]>, { context, isFollowing }: Printing): Promise<void> {
  let [last, count]: [readonly StoredRow[], number] = [[], 0]
  const print = () => context.stdout.write(`${tableLines(columns, last, lookOf(context)).join('\n')}\n`)
  for await (const rows of batches) {
    count += rows.length
    last = isFollowing ? rows : [...last, ...rows].slice(-tableLimit)
    if (isFollowing) print()
  }
  if (isFollowing) return
  if (count > 0) print()
  const more = count > last.length ? `; the last ${last.length} are shown, all of them with -o json` : ''
  context.stderr.write(`${counted(count, 'row')}${more}.\n`)
}

/** `undefined` where nobody follows. */
const nextIn = (everyMs: number, { isFollowing, context }: Printing) => (isFollowing ? nextLook(everyMs, context) : undefined)

const beyond = ['envoy_response_code_class', 'envoy_response_code', 'le']

const columns: readonly Column<StoredRow>[] = [
  { head: 'TIME', text: ({ timeGeneratedMs: timeMs }) => new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ') },
  { head: 'NAME', text: ({ name }) => name, atLeast: 20 },
  { head: 'APP', text: ({ tags }) => tags['app'] ?? '', atLeast: 8 },
  { head: 'NAMESPACE', text: ({ tags }) => tags['namespace'] ?? '', atLeast: 8 },
  { head: 'POD', text: ({ tags }) => tags['pod_name'] ?? '', atLeast: 8 },
  { head: 'DESTINATION', text: ({ tags }) => tags['envoy_cluster_name'] ?? '', atLeast: 12 },
  { head: 'OF', text: ({ tags }) => beyond.flatMap((key) => tags[key] ?? []).join(' ') },
  { head: 'VAL', align: 'right', text: ({ val }) => String(val) },
]
