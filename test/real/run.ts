import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composePart } from './compose/part.ts'
import { containersPart } from './containers/part.ts'
import { dashboardsPart } from './dashboards/part.ts'
import { diskPart } from './disk/part.ts'
import { dropinPart } from './dropin/part.ts'
import { envoyPart } from './envoy/part.ts'
import { fuzzPart } from './fuzz/part.ts'
import { hopsPart } from './hops/part.ts'
import { imagePart } from './image/part.ts'
import { kubePart } from './kube/part.ts'
import { outagePart } from './outage/part.ts'
import { outboxPart } from './outbox/part.ts'
import { pagePart } from './page/part.ts'
import type { RealOutcome, RealPart } from './part.ts'
import { prometheusPart } from './prometheus/part.ts'
import { promtoolPart } from './promtool/part.ts'
import { restartPart } from './restart/part.ts'
import { tracingPart } from './tracing/part.ts'

// usage: npm run test:real [-- name…]
// Runs each part against the real thing, one after another. Scratch folders of failed parts stay for a look.
// With CI set, on a machine that is shared, a failed part gets a second chance; the last line counts those that needed it.

const parts: readonly RealPart[] = [
  imagePart,
  restartPart,
  outboxPart,
  outagePart,
  diskPart,
  prometheusPart,
  dropinPart,
  dashboardsPart,
  hopsPart,
  containersPart,
  promtoolPart,
  composePart,
  envoyPart,
  tracingPart,
  pagePart,
  kubePart,
  fuzzPart,
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name))
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

const scratchOfAll = await mkdtemp(join(tmpdir(), 'mesh-telemetry-real-'))
await chmod(scratchOfAll, 0o755) // some parts run as another user
const outcomes: RealOutcome['outcome'][] = []
let secondTries = 0
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  let outcome = await prove(part, 'first')
  if (outcome === 'failed' && process.env.CI) {
    secondTries++
    outcome = await prove(part, 'second')
  }
  outcomes.push(outcome)
}

const count = (wantedOutcome: RealOutcome['outcome']) => outcomes.filter((outcome) => outcome === wantedOutcome).length
if (count('failed') === 0) await rm(scratchOfAll, { recursive: true, force: true })
else console.log(`what the failed parts left: ${scratchOfAll}`)
console.log(
  `real parts: ${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run${secondTries > 0 ? `; ${secondTries} tried twice` : ''}`,
)
process.exit(count('failed') === 0 ? 0 : 1)

async function prove(part: RealPart, attempt: 'first' | 'second'): Promise<RealOutcome['outcome']> {
  const scratch = join(scratchOfAll, attempt === 'first' ? part.name : `${part.name}-${attempt}`)
  await mkdir(scratch)
  console.log(`${part.name}: ${attempt === 'first' ? 'begins' : 'begins again'}`)
  const startedMs = performance.now()
  const result = await withinDeadline(part, scratch)
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
  for (const [name, value] of Object.entries(result.figures ?? {})) console.log(`${part.name}:   ${name}: ${value}`)
  console.log(`${part.name}: ${result.outcome}${'why' in result ? `: ${result.why}` : ''} (${seconds} s)`)
  if (result.outcome !== 'failed') await rm(scratch, { recursive: true, force: true })
  return result.outcome
}

/** A part that throws has failed; so has one that is still not done when its time is over. */
async function withinDeadline(part: RealPart, scratch: string): Promise<RealOutcome> {
  const { name, deadlineMs = 600_000 } = part
  const over = new AbortController()
  const late = new Promise<RealOutcome>((resolve) => {
    const timer = setTimeout(() => {
      over.abort()
      resolve({ outcome: 'failed', why: `not done within ${deadlineMs / 1_000} s` })
    }, deadlineMs)
    timer.unref()
  })
  const log = (line: string) => console.log(`${name}: ${line}`)
  const done = part
    .run({ log, scratch, signal: over.signal })
    .catch((error: unknown): RealOutcome => ({ outcome: 'failed', why: String(error) }))
  return Promise.race([done, late])
}
