import { type EdgesAnswer, edgesAnswer } from '../model/figures.ts'
import { durationText } from '../runtime/units.ts'
import type { CollectorClient } from './collector-client.ts'
import { findPlace, placeOptions, requireCollector, sayPlace } from './collector-place.ts'
import { command } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import { isInternal } from './edge-names.ts'
import { edgeTable } from './edge-table.ts'
import { counted } from './figure-text.ts'
import { forCluster } from './named-cluster.ts'
import { type Format, outputOption, windowOption } from './options.ts'
import { lookOf, shownRaw } from './terminal.ts'

export const edgesCommand = command({
  name: 'edges',
  summary: 'Show who calls whom: requests, errors, latency, connections and bytes per edge.',
  options: { ...placeOptions, window: windowOption, output: outputOption(['table', 'json', 'prometheus']) },
  notes: `Whom it asks:
  The collector at --server; else, unless a cluster is named, the one on this
  machine (http://127.0.0.1:9464); else the one in the cluster, through a
  port-forward to its pod. Standard error says which it was.

What it prints:
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
  async run({ window, output, ...choice }, context) {
    const place = await findPlace(choice, context)
    try {
      const { client } = requireCollector(place)
      sayPlace(place, choice, context)
      await show(client, { window, output }, context)
      return exitCodes.fine
    } finally {
      await place.close()
    }
  },
})

async function show(
  client: CollectorClient,
  { window, output }: { readonly window: number; readonly output: Format },
  context: Context,
): Promise<void> {
  const { stdout, stderr, cluster } = context
  if (output === 'prometheus') {
    stdout.write(shownRaw(stdout, await client.text('metrics/edges')))
    return
  }
  const answer = await client.answer(`api/v1/edges?window=${durationText(window)}`, edgesAnswer)
  if (output === 'json') {
    stdout.write(shownRaw(stdout, `${JSON.stringify(answer, undefined, 2)}\n`))
    return
  }
  const outbound = answer.edges.filter(({ kind }) => kind === 'outbound')
  const own = outbound.filter(({ labels }) => isInternal(labels))
  const lines = edgeTable([...outbound.filter((edge) => !own.includes(edge)), ...own], lookOf(context))
  if (outbound.length > 0) stdout.write(`${lines.join('\n')}\n`)
  else stderr.write(forCluster('Nobody called anybody yet; "mesh-telemetry targets" says who is scraped.\n', cluster))
  stderr.write(`${remarks(answer, { own: own.length, others: answer.edges.length - outbound.length })}\n`)
}

/** What a reader of the table has to know. */
function remarks({ coveredMs }: EdgesAnswer, counts: { readonly own: number; readonly others: number }): string {
  return [
    `Over the last ${durationText(Math.round(coveredMs / 1e3) * 1e3)}.`,
    ...(counts.own > 0 ? ["* the mesh's own."] : []),
    ...(counts.others > 0 ? [`${counted(counts.others, 'more edge')}, inbound and workload, with -o json.`] : []),
  ].join(' ')
}
