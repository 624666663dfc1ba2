import type { Discovered } from '../model/discovered.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { discoverActivities } from './telemetry.ts'

/** One round, told of where the collector traces itself: finding out, and what `found` does with it, which is to make everyone follow. */
export function tracedRound({ tracer }: Telemetry, find: () => Discovered, found: (outcome: Discovered) => void): void {
  const activity = tracer?.begin(discoverActivities.round)
  try {
    const outcome = find()
    activity?.tell(factsOf(outcome))
    found(outcome)
    activity?.end()
  } catch (error) {
    activity?.fail(error)
    throw error
  }
}

const factsOf = ({ pods, namespaces, targets, dropped, problems }: Discovered) => ({
  'mesh_telemetry.pods': pods.length,
  'mesh_telemetry.namespaces': namespaces.length,
  'mesh_telemetry.targets': targets.length,
  'mesh_telemetry.dropped': dropped.length,
  'mesh_telemetry.problems': problems.length,
})
