import { stringify } from 'yaml'
import { readConfig } from './load.ts'
import { type Described, described } from './reference.ts'
import type { SourceContext } from './source.ts'

/**
 * The configuration that a file leads to, as YAML: what it says and the default for the rest, durations and sizes as one would write them. The output
 * loads to the same configuration.
 *
 * @throws ConfigProblems when it does not hold
 */
export function printConfig(text: string, context: SourceContext): string {
  return stringify(effective(described, readConfig(text, context).written), { lineWidth: 0 }).replaceAll('${', () => '$${')
}

function effective({ properties, default: fallback }: Described, written: unknown): unknown {
  if (!properties) return written ?? fallback
  if (written === undefined && fallback === undefined) return undefined // an optional section that is not set
  const given = (written ?? fallback) as Readonly<Record<string, unknown>>
  const entries = Object.entries(properties).map(([key, option]) => [key, effective(option, given[key])] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
