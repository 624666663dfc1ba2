import { type TargetsAnswer, targetsAnswer } from '../model/figures.ts'
import { CollectorClient } from './collector-client.ts'
import { command } from './command.ts'
import { exitCodes } from './context.ts'
import { outputOption, serverOptions } from './options.ts'
import { droppedLines, paceLines, problemLines, targetTable } from './target-table.ts'
import { lookOf, printable, shownRaw } from './terminal.ts'

export const targetsCommand = command({
  name: 'targets',
  summary: 'Show who is scraped, how that goes, and why others are not.',
  options: { ...serverOptions, output: outputOption(['table', 'json']) },
  notes: `What it prints:
  One line per target: its state (waiting, up, failing, stale; leaving when its
  pod is being deleted), when its last page came, how large it was. What fails
  says why and what to do about it, and so does everything that is wrong with
  ConfigMap and manifests, and every pod and namespace that is not scraped; also
  when there is more to read than there is time. The exit code is 0 whatever it
  says, as long as the collector answers.

Examples:
  $ mesh-telemetry targets
  $ mesh-telemetry targets -o json | jq '.dropped[] | .reason'`,
  async run({ server, tokenFile, output }, context) {
    const { stdout, clock } = context
    const answer = await new CollectorClient({ server, tokenFile }, context).answer('api/v1/targets', targetsAnswer)
    if (output === 'json') {
      stdout.write(shownRaw(stdout, `${JSON.stringify(answer, undefined, 2)}\n`))
      return exitCodes.fine
    }
    const { targets, dropped, problems, scrape } = answer
    const look = lookOf(context)
    const sections = [
      targetTable(targets, { ...look, nowMs: clock.wallMs() }),
      unscrapedLines(answer),
      paceLines(scrape, look),
      problemLines(problems, look),
      droppedLines(dropped, look),
    ]
    const written = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`)
    stdout.write(written.join('\n'))
    return exitCodes.fine
  },
})

/** That nobody is scraped, or nobody but the control plane, and the rule that made it so. */
function unscrapedLines({ targets, rule }: TargetsAnswer): string[] {
  if (targets.some(({ kind }) => kind === 'sidecar')) return []
  const what = targets.length === 0 ? 'No target' : 'No sidecar'
  return [`${what} is scraped. The rule: ${printable(rule.replace(/\.$/, ''))}.`]
}
