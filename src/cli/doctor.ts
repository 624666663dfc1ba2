import { findPlace, placeOptions, sayPlace } from './collector-place.ts'
import { command } from './command.ts'
import { exitCodes } from './context.ts'
import { examine } from './doctor/checks.ts'
import { collectorFacts } from './doctor/collector-facts.ts'
import { lookFacts } from './doctor/look-facts.ts'
import { reportJson, reportText } from './doctor/report.ts'
import { remediesForCluster } from './named-cluster.ts'
import { outputOption } from './options.ts'
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
  pages hold, counts per pair of workloads, the collector, who calls whom, and
  each page that others fetch. Nothing stops it: what cannot be told is
  "unknown", what was switched off is "off", with what stays empty for it.
  The exit code is 1 when a link is broken, 3 when nobody can be asked.

As JSON:
  { healthy, firstBroken, by, checks: [{ name, link, state, found, remedy,
  faults: [{ what, remedy }] }] }; by is "collector" or "look", state is "ok",
  "broken", "unknown" or "off"; remedy is the first fault's; firstBroken and
  remedy may be null. Names stay as they are: objects, control-plane, configmap,
  namespaces, pods, port, families, workloads, collector, edges, metrics-osm,
  metrics-edges.

Examples:
  $ mesh-telemetry doctor
  $ mesh-telemetry doctor --context production
  $ mesh-telemetry doctor -o json | jq '.checks[] | select(.state == "broken")'`,
  async run({ output, ...choice }, context) {
    const { stdout, clock } = context
    const place = await findPlace(choice, context)
    try {
      sayPlace(place, choice, context)
      const facts = place.kind === 'collector' ? await collectorFacts(place, clock.wallMs()) : await lookFacts(place, context)
      const verdicts = remediesForCluster(examine(facts), context.cluster)
      const json = () => shownRaw(stdout, reportJson(verdicts, place.kind === 'collector' ? 'collector' : 'look'))
      stdout.write(output === 'json' ? json() : reportText(verdicts, lookOf(context)))
      return verdicts.some(({ state }) => state === 'broken') ? exitCodes.problems : exitCodes.fine
    } finally {
      await place.close()
    }
  },
})
