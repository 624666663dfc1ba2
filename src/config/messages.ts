import type { z } from 'zod'
import { nearest } from '../runtime/spelling.ts'
import { durationPattern, sizePattern } from '../runtime/units.ts'
import { type Described, describedAt } from './reference.ts'

type Path = readonly PropertyKey[]

const pathText = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')

/** What a schema says a good value "is" becomes what the given one "must be"; other messages stand for themselves. */
function sentence(name: string, text: string): string {
  if (text.startsWith(name)) return text
  return text.startsWith('is ') || text.startsWith('must ') ? `${name} ${text.replace(/^is /, 'must be ')}` : `${name}: ${text}`
}

const types: Readonly<Record<string, string>> = {
  string: 'must be text',
  boolean: 'must be true or false',
  integer: 'must be a whole number',
  number: 'must be a number',
  array: 'must be a list',
}

/** What a value of another type should have been. */
function wanted({ type = '', pattern, properties, enum: words }: Described): string {
  if (words) return `must be ${listed(words, 'or')}`
  if (properties) return `must be a section with ${listed(Object.keys(properties))}`
  if (pattern === durationPattern.source) return 'must be a duration with its unit, such as "15s"'
  if (pattern === sizePattern.source) return 'must be a size with its unit, such as "64MiB"'
  return types[type] ?? `must be of type ${type}`
}

function wrong(issue: z.core.$ZodIssue, option: Described): string {
  if (issue.code === 'invalid_type') return issue.message.startsWith('Invalid input') ? wanted(option) : issue.message
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid'))
    return `must be ${listed(option.enum ?? issue.values.map(String), 'or')}`
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  if (issue.code === 'too_small' && typeof issue.minimum === 'number')
    return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`
  return issue.message
}

/** One sentence: which option, what is allowed, and what holds without it. */
export function badValue(issue: z.core.$ZodIssue): string {
  const name = pathText(issue.path) || 'The configuration'
  const option = describedAt(issue.path) ?? {}
  const text = wrong(issue, option)
  return `${sentence(name, text)}.${defaultText(option)}`
}

function defaultText({ properties, default: value }: Described): string {
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0)
  return properties || isNothing ? '' : ` The default is ${JSON.stringify(value)}.`
}

/** The value is not there at all, although the section needs it. */
export function missingValue(path: Path): string {
  return `${pathText(path)} is missing: it ${wanted(describedAt(path) ?? {})}.`
}

/** Which option does not exist, and which one may be meant. */
export function unknownOption(section: Path, key: string): string {
  const known = Object.keys(describedAt(section)?.properties ?? {})
  const name = pathText([...section, key])
  const near = nearest(key, known)
  if (near) return `${name} is no option. Did you mean ${pathText([...section, near])}?`
  return `${name} is no option. ${section.length > 0 ? `${pathText(section)} has` : 'There are'} ${listed(known)}.`
}

function listed(words: readonly string[], joint: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`
}
