import { type TargetsAnswer, targetsAnswer } from '../model/figures.ts'
import { findPlace, placeOptions, sayPlace } from './collector-place.ts'
import { command } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import { remediesForCluster } from './named-cluster.ts'
import { lookAt, lookedTargets } from './one-look.ts'
import { outputOption } from './options.ts'
import { askedAgainLines, candidateTable, droppedLines, paceLines, problemLines, targetTable } from './target-table.ts'
import { lookOf, printable, shownRaw } from './terminal.ts'

type Looked = ReturnType<typeof lookedTargets>

export const targetsCommand = command({
  name: 'targets',
  summary: 'Show who is scraped, how that goes, and why others are not.',
  options: { ...placeOptions, output: outputOption(['table', 'json']) },
  notes: `Whom it asks:
  The collector at --server; else, unless a cluster is named, the one on this
  machine (http://127.0.0.1:9464); else the one in the cluster, through a
  port-forward to its pod; else the cluster itself, once and with your rights:
  then it shows who would be scraped. Standard error says which it was.

What it prints:
  One line per target: its state, when its last page came, how large it was.
  What fails says why and what to do about it, and so does everything that is
  wrong with ConfigMap and manifests, and every pod and namespace that is not
  scraped; also when there is more to read than there is time. The exit code is
  0 whatever it says, as long as somebody answers.

States:
  waiting  not asked yet
  up       the last page was fine
  failing  the last try failed, for the first time
  stale    it failed twice in a row or more: open connections are not shown
  leaving  its pod is being deleted

Examples:
  $ mesh-telemetry targets
  $ mesh-telemetry targets --context production
  $ mesh-telemetry targets -o json | jq '.dropped[] | .reason'`,
  async run({ output, ...choice }, context) {
    const place = await findPlace(choice, context)
    try {
      sayPlace(place, choice, context)
      const found =
        place.kind === 'collector'
          ? await place.client.answer('api/v1/targets', targetsAnswer)
          : lookedTargets(await lookAt(place.api, context.signal))
      const answer = remediesForCluster(found, context.cluster)
      const json = () => shownRaw(context.stdout, `${JSON.stringify(answer, undefined, 2)}\n`)
      context.stdout.write(output === 'json' ? json() : text(answer, context))
      return exitCodes.fine
    } finally {
      await place.close()
    }
  },
})

function text(answer: TargetsAnswer | Looked, context: Context): string {
  const look = lookOf(context)
  const { targets, dropped, problems } = answer
  const sections = [
    'scrape' in answer ? targetTable(answer, { ...look, nowMs: context.clock.wallMs() }) : candidateTable(targets, look),
    unscrapedLines(answer),
    ...('scrape' in answer ? [paceLines(answer.scrape, look)] : []),
    [...problemLines(problems, look), ...('scrape' in answer ? askedAgainLines(problems) : [])],
    droppedLines(dropped, look),
  ]
  return sections.flatMap((lines) => (lines.length > 0 ? [`${lines.join('\n')}\n`] : [])).join('\n')
}

/** That nobody is scraped, or nobody but the control plane, and the rule that made it so. */
function unscrapedLines(answer: TargetsAnswer | Looked): string[] {
  const { targets, rule } = answer
  if (targets.some(({ kind }) => kind === 'sidecar')) return []
  const what = targets.length === 0 ? 'No target' : 'No sidecar'
  return [`${what} ${'scrape' in answer ? 'is' : 'would be'} scraped. The rule: ${printable(rule.replace(/\.$/, ''))}.`]
}
