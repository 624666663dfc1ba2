import { type EdgesAnswer, edgesAnswer } from '../model/figures.ts'
import { durationText } from '../runtime/units.ts'
import { CollectorClient } from './collector-client.ts'
import { command } from './command.ts'
import { exitCodes } from './context.ts'
import { isInternal } from './edge-names.ts'
import { edgeTable } from './edge-table.ts'
import { counted } from './figure-text.ts'
import { outputOption, serverOptions, windowOption } from './options.ts'
import { lookOf, shownRaw } from './terminal.ts'

export const edgesCommand = command({
  name: 'edges',
  summary: 'Show who calls whom: requests, errors, latency, connections and bytes per edge.',
  options: { ...serverOptions, window: windowOption, output: outputOption(['table', 'json', 'prometheus']) },
  notes: `What it prints:
  The table has one line per edge, the worst first, the mesh's own below, with a
  star. ERR % is the share of 5xx; CONN is connections open now / failed to
  connect; BYTES/s is both directions. TCP edges carry no requests: a dash.
  "json" is the whole answer of the API, with inbound and workload edges;
  "prometheus" is /metrics/edges, counts since the collector watches, whatever
  the window.

Examples:
  $ mesh-telemetry edges
  $ mesh-telemetry edges --window 30s --server http://127.0.0.1:9464
  $ mesh-telemetry edges -o json | jq '.edges[].requests.byCode'`,
  async run({ server, tokenFile, window, output }, context) {
    const { stdout, stderr } = context
    const client = new CollectorClient({ server, tokenFile }, context)
    if (output === 'prometheus') {
      stdout.write(shownRaw(stdout, await client.text('metrics/edges')))
      return exitCodes.fine
    }
    const answer = await client.answer(`api/v1/edges?window=${durationText(window)}`, edgesAnswer)
    if (output === 'json') {
      stdout.write(shownRaw(stdout, `${JSON.stringify(answer, undefined, 2)}\n`))
      return exitCodes.fine
    }
    const outbound = answer.edges.filter(({ kind }) => kind === 'outbound')
    const own = outbound.filter(({ labels }) => isInternal(labels))
    const lines = edgeTable([...outbound.filter((edge) => !own.includes(edge)), ...own], lookOf(context))
    if (outbound.length > 0) stdout.write(`${lines.join('\n')}\n`)
    else stderr.write('Nobody called anybody yet; "mesh-telemetry targets" says who is scraped.\n')
    stderr.write(`${remarks(answer, { own: own.length, others: answer.edges.length - outbound.length })}\n`)
    return exitCodes.fine
  },
})

/** What a reader of the table has to know. */
function remarks({ coveredMs }: EdgesAnswer, counts: { readonly own: number; readonly others: number }): string {
  return [
    `Over the last ${durationText(Math.round(coveredMs / 1e3) * 1e3)}.`,
    ...(counts.own > 0 ? ["* the mesh's own."] : []),
    ...(counts.others > 0 ? [`${counted(counts.others, 'more edge')}, inbound and workload, with -o json.`] : []),
  ].join(' ')
}
