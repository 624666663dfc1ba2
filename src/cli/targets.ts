import { targetsAnswer } from '../model/figures.ts'
import { CollectorClient } from './collector-client.ts'
import { command } from './command.ts'
import { exitCodes } from './context.ts'
import { outputOption, serverOptions } from './options.ts'
import { droppedLines, targetTable } from './target-table.ts'
import { lookOf, shownRaw } from './terminal.ts'

export const targetsCommand = command({
  name: 'targets',
  summary: 'Show who is scraped, how that goes, and why others are not.',
  options: { ...serverOptions, output: outputOption(['table', 'json']) },
  notes: `What it prints:
  One line per target: its state (waiting, up, failing, stale; leaving when its
  pod is being deleted), when its last page came, how large it was. What fails
  says why and what to do about it, and so does every pod and namespace that is
  not scraped.

Examples:
  $ mesh-telemetry targets
  $ mesh-telemetry targets -o json | jq '.dropped[] | .reason'`,
  async run({ server, tokenFile, output }, context) {
    const { stdout, stderr, clock } = context
    const answer = await new CollectorClient({ server, tokenFile }, context).answer('api/v1/targets', targetsAnswer)
    if (output === 'json') {
      stdout.write(shownRaw(stdout, `${JSON.stringify(answer, undefined, 2)}\n`))
      return exitCodes.fine
    }
    const look = lookOf(context)
    const lines = [...targetTable(answer.targets, { ...look, nowMs: clock.wallMs() }), ...droppedLines(answer.dropped, look)]
    if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
    else stderr.write('There is nobody to scrape, and nobody who is left out: discovery found no meshed pod.\n')
    return exitCodes.fine
  },
})
