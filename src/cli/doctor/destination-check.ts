import { ageText, counted } from '../figure-text.ts'
import { asFault } from './discovery-checks.ts'
import type { DestinationFacts, Facts } from './facts.ts'
import { broken, type Check, type Fault, type Finding, ok, unknown } from './verdict.ts'

/** What waits longer has more to it than a try that failed. */
const longMs = 900_000

const destinationsOf = ({ collector }: Facts) => ('lack' in collector ? [] : collector.destinations)

/** A link only where something is sent, which is off unless somebody wants it. */
export const destinationsCheck: Check = {
  name: 'destinations',
  link: 'Destinations that rows and spans are sent to',
  isLink: (facts) => destinationsOf(facts).length > 0,
  look: (facts) => lookAt(destinationsOf(facts)),
}

function lookAt(all: readonly DestinationFacts[]): Finding {
  const found = all.map(stateText).join(' ')
  const failing = all.filter(({ problem }) => problem)
  const slow = all.filter(({ problem, waitsMs = 0 }) => !problem && waitsMs > longMs)
  const faults = [...failing.flatMap(failingFault), ...slow.map(slowFault), ...all.flatMap(lostFault)]
  if (failing.length > 0)
    return broken(
      `${failing.length} of ${counted(all.length, 'destination')} ${failing.length === 1 ? 'takes' : 'take'} nothing now. ${found}`,
      faults,
    )
  if (slow.length > 0) return unknown(found, faults)
  return all.some(({ sent, waiting }) => sent > 0 || waiting > 0) ? ok(found, faults) : unknown('Nothing was to be sent yet.', faults)
}

function stateText({ name, sent, sentAgoMs, waiting, waitsMs = 0 }: DestinationFacts): string {
  const arrived = sentAgoMs === undefined ? 'nothing has arrived yet' : `${sent} arrived, the last ${ageText(sentAgoMs)} ago`
  return `${name}: ${arrived}; ${waiting === 0 ? 'nothing waits' : `${waiting} wait, the oldest for ${ageText(waitsMs)}`}.`
}

const failingFault = ({ name, problem }: DestinationFacts): Fault[] => {
  if (!problem) return []
  const { what, remedy } = asFault(problem)
  return [{ what: `${name}: ${what}`, remedy }]
}

const slowFault = ({ name }: DestinationFacts): Fault => ({
  what: `${name}: much waits, although nothing fails. After an outage it gets less; else the destination takes less than is made.`,
  remedy: 'mesh-telemetry doctor, again in a minute; docs/runbooks/MeshTelemetryDestinationLagging.md if it grows',
})

function lostFault({ name, lost }: DestinationFacts): Fault[] {
  const reasons = Object.entries(lost).map(([reason, count]) => `${count} ${reason}`)
  if (reasons.length === 0) return []
  const remedy = 'docs/runbooks/MeshTelemetryRowsDropped.md says what each reason means; outbox.keep and outbox.limit say how much may wait'
  return [{ what: `${name}: lost since the collector started: ${reasons.join(', ')}.`, remedy }]
}
