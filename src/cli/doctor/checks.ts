import { collectorCheck, edgesCheck } from './collector-checks.ts'
import { containersCheck } from './container-check.ts'
import { controlPlaneCheck } from './control-plane-check.ts'
import { destinationsCheck } from './destination-check.ts'
import { edgesPageCheck, osmPageCheck } from './page-checks.ts'
import { configMapCheck, namespacesCheck, objectsCheck, podsCheck } from './discovery-checks.ts'
import type { Facts } from './facts.ts'
import { familiesCheck, portCheck, workloadsCheck } from './sidecar-checks.ts'
import { tracingCheck } from './tracing-check.ts'
import type { Check, Verdict } from './verdict.ts'

/** The chain, from what is read first to what is delivered last. One more link is one more entry. */
const checks: readonly Check[] = [
  objectsCheck,
  controlPlaneCheck,
  configMapCheck,
  namespacesCheck,
  podsCheck,
  portCheck,
  familiesCheck,
  workloadsCheck,
  collectorCheck,
  edgesCheck,
  containersCheck,
  tracingCheck,
  osmPageCheck,
  edgesPageCheck,
  destinationsCheck,
]

/** Every link, whatever the ones before it say. */
export const examine = (facts: Facts): Verdict[] =>
  checks.filter(({ isLink }) => isLink?.(facts) ?? true).map(({ name, link, look }) => ({ name, link, ...look(facts) }))
