import { z } from 'zod'
import { durationPattern, sizePattern } from '../runtime/units.ts'
import { configSchema } from './schema.ts'

/** What the schema says of a value, in the words of JSON Schema. */
export interface Described {
  readonly type?: string
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
  readonly description?: string
  readonly properties?: Readonly<Record<string, Described>>
  readonly items?: Described
}

/** One option, for the reference page. */
export interface OptionEntry {
  /** `scrape.interval`. */
  readonly path: string
  /** `duration`, `size`, `text`, `true or false`, `number`, `list`, or the words that it can be. */
  readonly type: string
  /** As one would write it; absent without a default. */
  readonly default?: unknown
  readonly description: string
}

/** The configuration's input: durations and sizes as text. */
export const described = z.toJSONSchema(configSchema, { io: 'input' }) as Described

/** What the schema says of the option at `path`; `undefined` for one that does not exist. */
export function describedAt(path: readonly PropertyKey[]): Described | undefined {
  return path.reduce<Described | undefined>(
    (found, key) => (typeof key === 'number' ? found?.items : found?.properties?.[String(key)]),
    described,
  )
}

/** All options, section by section in the order of the schema. */
export function optionEntries(of: Described = described, path: readonly string[] = []): OptionEntry[] {
  return Object.entries(of.properties ?? {}).flatMap(([key, option]) => {
    const inner = [...path, key]
    if (option.properties) return optionEntries(option, inner)
    const { default: value, description = '' } = option
    return [{ path: inner.join('.'), type: typeName(option), ...(value !== undefined && { default: value }), description }]
  })
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'whole number',
  number: 'number',
  array: 'list',
  object: 'section',
}

function typeName({ type = '', pattern, enum: words }: Described): string {
  if (words) return words.join(' | ')
  if (pattern === durationPattern.source) return 'duration'
  if (pattern === sizePattern.source) return 'size'
  return names[type] ?? type
}
