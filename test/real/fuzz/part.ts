import { randomInt } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { framing } from './framing.ts'
import { configMap, manifest } from './inputs.ts'
import { relabelling } from './names.ts'
import { parsing } from './pages.ts'

/** What must hold for whatever comes from outside, by what it is; what does not hold throws. */
const properties: Readonly<Record<string, fc.IProperty<unknown>>> = {
  'HTTP framing': framing,
  pages: parsing,
  names: relabelling,
  ConfigMap: configMap,
  manifests: manifest,
}

/** Each property is tried for so long. */
const eachMs = 4_000

/**
 * Inputs that nobody thought of, for as long as there is time. The seed is printed: `FUZZ_SEED=… npm run test:real -- fuzz` begins with the same inputs.
 * What is found becomes an ordinary test.
 */
export const fuzzPart: RealPart = { name: 'fuzz', deadlineMs: 120_000, run }

async function run({ log, signal }: RealSetting): Promise<RealOutcome> {
  const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31))
  log(`seed ${seed}`)
  const figures: Record<string, number> = { seed }
  const wrong: string[] = []
  for (const [name, property] of Object.entries(properties)) {
    if (signal.aborted) break
    const { tried, defect } = tryOut(property, seed)
    figures[`inputs for ${name}`] = tried
    if (defect !== undefined) wrong.push(`${name}: ${defect}`)
    await turn()
  }
  return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
}

function tryOut(property: fc.IProperty<unknown>, seed: number): { readonly tried: number; readonly defect?: string } {
  const found = fc.check(property, { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: eachMs })
  if (!found.failed || !found.counterexample) return { tried: found.numRuns }
  const parts = found.counterexample as readonly unknown[]
  const input = JSON.stringify(parts.map((part) => (Buffer.isBuffer(part) ? part.toString('latin1') : part)))
  return { tried: found.numRuns, defect: `${String(found.errorInstance)}; input ${input.slice(0, 2_000)}` }
}
