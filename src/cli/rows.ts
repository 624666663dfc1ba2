import { parseDurationMs } from '../runtime/units.ts'
import { command } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import { counted } from './figure-text.ts'
import type { Option } from './command.ts'
import { outputOption } from './options.ts'
import { rowLines } from './row-files.ts'
import { isWanted, type RowFilter, type StoredRow, storedRows } from './stored-row.ts'
import { type Column, tableLines } from './table.ts'
import { lookOf, shownRaw } from './terminal.ts'

/** How many of the last rows a table shows. */
const tableLimit = 1_000
const lookEveryMs = 500

const sinceOption: Option<number | undefined> = {
  flags: '--since <duration>',
  help: 'only rows of this last while',
  parse(text) {
    const ms = parseDurationMs(text)
    if (ms === undefined) throw new Error('It is a duration such as 30s, 10m or 1h.')
    return ms
  },
}

export const rowsCommand = command({
  name: 'rows',
  summary: 'Show rows for tables of Log Analytics, from the files that the collector writes.',
  operand: { name: 'path', help: 'a file of rows (NDJSON), or a folder: what forward.files.path names' },
  options: {
    name: { flags: '--name <part>', help: 'only rows whose Name contains this' } as Option<string | undefined>,
    app: { flags: '--app <app>', help: 'only rows with this tag app' } as Option<string | undefined>,
    namespace: { flags: '--namespace <namespace>', help: 'only rows with this tag namespace' } as Option<string | undefined>,
    since: sinceOption,
    follow: { flags: '-f, --follow', help: 'go on with rows as they are written' } as Option<boolean | undefined>,
    output: outputOption(['table', 'json']),
  },
  notes: `What it prints:
  The table has one line per row, the oldest first, the last ${tableLimit} at most.
  "json" is the rows as they stand in the file, one JSON object per line: the
  columns of InsightsMetrics, with Tags as text.

Examples:
  $ mesh-telemetry rows ./rows --name upstream_rq_xx --app bookbuyer
  $ mesh-telemetry rows ./rows --since 10m -o json | jq '.Tags | fromjson'
  $ mesh-telemetry rows ./rows --follow`,
  async run({ operand, since, follow, output, ...filter }, context) {
    const { clock } = context
    const wanted: RowFilter = { ...filter, sinceMs: since === undefined ? undefined : clock.wallMs() - since }
    const print = output === 'json' ? printLines : printTable
    const next = () => nextLook(context)
    const batches = wantedRows(operand, wanted, follow ? next : undefined)
    await print(batches, { context, isFollowing: follow ?? false })
    return exitCodes.fine
  },
})

async function* wantedRows(path: string, filter: RowFilter, next?: () => Promise<boolean>): AsyncGenerator<readonly StoredRow[]> {
  for await (const batch of rowLines(path, next)) {
    const rows = storedRows(batch).filter((row) => isWanted(row, filter))
    if (rows.length > 0) yield rows
  }
}

interface Printing {
  readonly context: Context
  readonly isFollowing: boolean
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

/** Resolves when to look again: `false` when the program is asked to end. */
function nextLook({ clock, signal }: Pick<Context, 'clock' | 'signal'>): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      resolve(false)
    }
    const cancel = clock.after(lookEveryMs, () => {
      signal.removeEventListener('abort', end)
      resolve(true)
    })
    signal.addEventListener('abort', end, { once: true })
  })
}

const beyond = ['envoy_response_code_class', 'envoy_response_code', 'le']

const columns: readonly Column<StoredRow>[] = [
  { head: 'TIME', text: ({ timeMs }) => new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ') },
  { head: 'NAME', text: ({ name }) => name, atLeast: 20 },
  { head: 'APP', text: ({ tags }) => tags['app'] ?? '', atLeast: 8 },
  { head: 'NAMESPACE', text: ({ tags }) => tags['namespace'] ?? '', atLeast: 8 },
  { head: 'POD', text: ({ tags }) => tags['pod_name'] ?? '', atLeast: 8 },
  { head: 'DESTINATION', text: ({ tags }) => tags['envoy_cluster_name'] ?? '', atLeast: 12 },
  { head: 'OF', text: ({ tags }) => beyond.flatMap((key) => tags[key] ?? []).join(' ') },
  { head: 'VAL', align: 'right', text: ({ val }) => String(val) },
]
