import { Problem } from '../runtime/problem.ts'
import { findPlace, placeOptions, type PlaceChoice, sayPlace } from './collector-place.ts'
import { command } from './command.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { examine } from './doctor/checks.ts'
import { collectorFacts } from './doctor/collector-facts.ts'
import type { Facts } from './doctor/facts.ts'
import { lookFacts, unaskedFacts } from './doctor/look-facts.ts'
import { reportJson, reportText } from './doctor/report.ts'
import { remediesForCluster } from './named-cluster.ts'
import { outputOption } from './options.ts'
import { exitCodeOf } from './problems.ts'
import { lookOf, shownRaw } from './terminal.ts'

export const doctorCommand = command({
  name: 'doctor',
  summary: 'Say which link between the mesh and your numbers is broken, and what mends it.',
  options: { ...placeOptions, output: outputOption(['table', 'json']) },
  notes: `Whom it asks:
  The same as "targets". Without a collector it looks at the cluster itself,
  once and with your rights, and tries the metrics port of one pod per namespace
  through a port-forward.

What it prints:
  The first broken link with what to type; then the whole chain: objects,
  control plane, ConfigMap, namespaces, pods, the sidecars' port, what their
  pages hold, counts per pair of workloads, the collector, who calls whom, what
  containers use where the collector is to ask nodes for it (scrape.cadvisor),
  spans where it is to take them (traces.listen), each page that others fetch,
  and the destinations where something is sent. Nothing stops it: what cannot be
  told is "unknown", what was switched off is "off", with what stays empty for
  it. The exit code is 1 when a link is broken, 3 when nobody can be asked.

As JSON:
  { healthy, firstBroken, by, checks: [{ name, link, state, found, remedy,
  faults: [{ what, remedy }] }] }; by is "collector" or "look", state is "ok",
  "broken", "unknown" or "off"; remedy is the first fault's; firstBroken and
  remedy may be null. Names stay as they are: objects, control-plane, configmap,
  namespaces, pods, port, families, workloads, collector, edges, containers,
  tracing, metrics-osm, metrics-edges, destinations.

Examples:
  $ mesh-telemetry doctor
  $ mesh-telemetry doctor --context production
  $ mesh-telemetry doctor -o json | jq '.checks[] | select(.state == "broken")'`,
  async run({ output, ...choice }, context) {
    const say = (facts: Facts) => sayVerdicts(facts, output === 'json', context)
    try {
      return await examined(choice, say, context)
    } catch (error) {
      if (output === 'json' && isSilentCluster(error)) say(unaskedFacts(error))
      throw error
    }
  },
})

async function examined(choice: PlaceChoice, say: (facts: Facts) => ExitCode, context: Context): Promise<ExitCode> {
  const place = await findPlace(choice, context)
  try {
    sayPlace(place, choice, context)
    return say(place.kind === 'collector' ? await collectorFacts(place, context.clock.wallMs()) : await lookFacts(place, context))
  } finally {
    await place.close()
  }
}

function sayVerdicts(facts: Facts, asJson: boolean, context: Context): ExitCode {
  const { stdout } = context
  const verdicts = remediesForCluster(examine(facts), context.cluster)
  const by = 'lack' in facts.collector ? 'look' : 'collector'
  stdout.write(asJson ? shownRaw(stdout, reportJson(verdicts, by)) : reportText(verdicts, lookOf(context)))
  return verdicts.some(({ state }) => state === 'broken') ? exitCodes.problems : exitCodes.fine
}

/** A program that wanted JSON is told of a cluster that does not answer, or not us, in JSON too. */
const isSilentCluster = (error: unknown): error is Problem =>
  error instanceof Problem && error.kind.code.startsWith('kubernetes_') && exitCodeOf(error.kind) === exitCodes.unreachable
