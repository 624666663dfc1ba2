import { traceAnswer, type TracesAnswer, tracesAnswer, type TraceSummary } from '../model/trace-figures.ts'
import { Problem } from '../runtime/problem.ts'
import { durationText, parseDurationMs } from '../runtime/units.ts'
import type { CollectorClient } from './collector-client.ts'
import { findPlace, placeOptions, requireCollector, sayPlace } from './collector-place.ts'
import { command, type Option } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import { counted } from './figure-text.ts'
import { nextLook } from './next-look.ts'
import { type Format, outputOption, sinceOption } from './options.ts'
import { cliProblems } from './problems.ts'
import { isPartial, traceLines, traceTable } from './trace-table.ts'
import { lookOf, shownRaw } from './terminal.ts'

const askEveryMs = 1_000

interface Filter {
  readonly service: string | undefined
  readonly errors: boolean | undefined
  readonly minDuration: number | undefined
  readonly since: number | undefined
}

interface Showing {
  readonly output: Format
  readonly context: Context
}

export const spansCommand = command({
  name: 'spans',
  summary: 'Show the last traces: which calls belong together, how long each took, which failed.',
  operand: { name: 'trace', help: 'a trace id, or how it begins: all spans of that trace, as a tree', optional: true },
  options: {
    ...placeOptions,
    service: { flags: '--service <name>', help: 'only traces in which this service took part, with or without its namespace' } as Option<
      string | undefined
    >,
    errors: { flags: '--errors', help: 'only traces with an error' } as Option<boolean | undefined>,
    minDuration: {
      flags: '--min-duration <duration>',
      help: 'only traces that took as long',
      parse(text) {
        const ms = parseDurationMs(text)
        if (ms === undefined) throw new Error('It is a duration such as 100ms or 2s.')
        return ms
      },
    } as Option<number | undefined>,
    since: sinceOption('only traces that began in this last while'),
    follow: { flags: '-f, --follow', help: 'go on with traces as they come' } as Option<boolean | undefined>,
    output: outputOption(['table', 'json']),
  },
  notes: `Whom it asks:
  The collector at --server; else, unless a cluster is named, the one on this
  machine (http://127.0.0.1:9464); else the one in the cluster, through a
  port-forward to its pod. Standard error says which it was. It keeps the last
  200 traces in memory, whether or not it sends spans anywhere; where more come
  than that in ten seconds, whole traces are passed over.

What it prints:
  One line per trace, the one that began last first. FROM is the service that
  began it, NAME the host that it called. SPANS with a plus: more may come,
  since sidecars send spans up to 5 s late, or more came than is kept of one
  trace. ERR counts spans that failed. TOOK is from the first begin to the last
  end, by the clocks of the nodes.
  Of one trace: a line per span, below the one that called it. The two sides of
  a call are two spans, the caller's (client) and the called one's (server).
  WHEN shows where in the trace's time a span lies.
  --follow shows each trace once, when no span of it came for 6 s; with -o json
  as one JSON object per line.

Examples:
  $ mesh-telemetry spans --service bookstore-v1 --errors
  $ mesh-telemetry spans ae0c8e56
  $ mesh-telemetry spans --min-duration 500ms --follow
  $ mesh-telemetry spans ae0c8e56 -o json | jq '.tree[].tags'`,
  async run({ operand, service, errors, minDuration, since, follow, output, ...choice }, context) {
    const filter: Filter = { service, errors, minDuration, since }
    if (operand !== '' && Object.values({ ...filter, follow }).some((given) => given !== undefined)) throw oneTraceOnly(operand)
    const place = await findPlace(choice, context)
    try {
      const { client } = requireCollector(place)
      sayPlace(place, choice, context)
      const showing: Showing = { output, context }
      if (operand !== '') await showOne(client, operand, showing)
      else if (follow) await showAsTheyCome(client, filter, showing)
      else showAll(await client.answer(pathOf(filter), tracesAnswer), showing)
      return exitCodes.fine
    } finally {
      await place.close()
    }
  },
})

const oneTraceOnly = (id: string) =>
  new Problem(cliProblems.options_contradict, `${id} names one trace, and another option chooses among all of them: which is to be shown?`)

function pathOf({ service, errors, minDuration, since }: Filter): string {
  const query = new URLSearchParams()
  if (service !== undefined) query.set('service', service)
  if (errors) query.set('error', 'true')
  if (minDuration !== undefined) query.set('minDuration', durationText(minDuration))
  if (since !== undefined) query.set('since', durationText(since))
  return query.size > 0 ? `api/v1/traces?${query.toString()}` : 'api/v1/traces'
}

const noneYet =
  "No span came yet: the collector needs traces.listen, and MeshConfig's tracing must point there; docs/tracing.md says how.\n"

function showAll(answer: TracesAnswer, { output, context: { stdout, stderr, env } }: Showing): void {
  const { traces, kept } = answer
  if (output === 'json') {
    stdout.write(shownRaw(stdout, `${JSON.stringify(answer, undefined, 2)}\n`))
    return
  }
  if (traces.length > 0) stdout.write(`${traceTable(traces, lookOf({ stdout, env })).join('\n')}\n`)
  const partial = traces.some(isPartial) ? ' +: more spans may come.' : ''
  stderr.write(kept === 0 ? noneYet : `${counted(traces.length, 'trace')} of ${kept} that are kept.${partial}\n`)
}

/** Each trace once, as soon as it is whole; those that were whole before count as the first that come. */
async function showAsTheyCome(client: CollectorClient, filter: Filter, { output, context }: Showing): Promise<void> {
  const next = nextLook(askEveryMs, context)
  const path = pathOf(filter)
  let shown = new Set<string>()
  let isFirst = true
  do {
    const { traces, kept } = await client.answer(path, tracesAnswer)
    if (kept === 0 && isFirst) context.stderr.write(noneYet)
    isFirst = false
    const fresh = traces.filter(({ traceId, settled }) => settled && !shown.has(traceId)).reverse()
    if (fresh.length > 0) context.stdout.write(freshText(fresh, { output, context }))
    shown = new Set(traces.flatMap(({ traceId, settled }) => (settled || shown.has(traceId) ? traceId : [])))
  } while (await next())
}

function freshText(traces: readonly TraceSummary[], { output, context }: Showing): string {
  if (output === 'json') return shownRaw(context.stdout, traces.map((trace) => `${JSON.stringify(trace)}\n`).join(''))
  return `${traceTable(traces, lookOf(context)).join('\n')}\n`
}

async function showOne(client: CollectorClient, id: string, { output, context }: Showing): Promise<void> {
  const { traces, kept } = await client.answer('api/v1/traces', tracesAnswer)
  const plain = (text: string) => text.toLowerCase().replace(/^0+/, '')
  const fitting = traces.filter(({ traceId }) => plain(traceId).startsWith(plain(id)) || traceId.startsWith(id.toLowerCase()))
  const trace = fitting.find(({ traceId }) => plain(traceId) === plain(id)) ?? (fitting.length === 1 ? fitting[0] : undefined)
  if (!trace) {
    const found = fitting.length === 0 ? 'none of them begins' : `${fitting.length} of them begin`
    throw new Problem(cliProblems.trace_not_kept, `the collector keeps ${counted(kept, 'trace')}, and ${found} with "${id}"`)
  }
  const answer = await client.answer(`api/v1/traces/${trace.traceId}`, traceAnswer)
  const { stdout } = context
  const json = () => shownRaw(stdout, `${JSON.stringify(answer, undefined, 2)}\n`)
  stdout.write(output === 'json' ? json() : `${traceLines(answer, lookOf(context)).join('\n')}\n`)
}
