import type { z } from 'zod'
import { Problem } from '../runtime/problem.ts'
import { badValue, missingValue, unknownOption } from './messages.ts'
import { ConfigProblems, configProblems } from './problems.ts'
import { type Config, configSchema } from './schema.ts'
import { Source, type SourceContext } from './source.ts'

/** A configuration that holds. */
export interface Loaded {
  /** Deeply frozen. */
  readonly config: Config
  /** What the file itself says, variables filled in; the rest of `config` is defaults. */
  readonly written: unknown
}

/**
 * Reads a configuration: YAML, with `${NAME}` and `${NAME:-default}` for environment variables inside values.
 *
 * @throws ConfigProblems with everything that is wrong, each with file, line and column
 */
export function loadConfig(text: string, context: SourceContext): Config {
  return readConfig(text, context).config
}

/** Like `loadConfig`, and says what was written. */
export function readConfig(text: string, context: SourceContext): Loaded {
  const source = new Source(text, context)
  if (!source.isReadable) throw new ConfigProblems(inOrder(source.problems))
  const written = source.values()
  const { success, data, error } = configSchema.safeParse(written)
  const problems = [...source.problems, ...firstPerPath(error?.issues ?? []).flatMap((issue) => problemsOf(issue, source))]
  if (problems.length > 0 || !success) throw new ConfigProblems(inOrder(problems))
  return { config: deepFreeze(data), written }
}

function problemsOf(issue: z.core.$ZodIssue, source: Source): Problem[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => new Problem(configProblems.config_unknown_option, unknownOption(path, key), { place: source.place([...path, key], 'key') }),
    )
  if (source.isOpen(path)) return []
  const isMissing = (issue.code === 'invalid_type' || issue.code === 'invalid_value') && !source.has(path)
  const message = isMissing ? missingValue(path) : badValue(issue)
  return [new Problem(configProblems.config_bad_value, message, { place: source.place(path) })]
}

/** Further issues of one value mostly follow from its first. */
function firstPerPath(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const byPath = Map.groupBy(issues, ({ path, code }) => `${path.join('.')} ${code === 'unrecognized_keys'}`)
  return [...byPath.values()].flatMap(([first]) => first ?? [])
}

const inOrder = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted(({ place: a }, { place: b }) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
