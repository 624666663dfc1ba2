import { explain, type Problem, type ProblemKind } from '../runtime/problem.ts'

export const configProblems = {
  config_syntax: {
    code: 'config_syntax',
    meaning: 'The configuration is no valid YAML.',
    remedy: 'Mend the line: indent with spaces; quote texts that hold ": " or " #", and "${NAME}" inside of { } and [ ].',
    retryable: false,
  },
  config_duplicate_key: {
    code: 'config_duplicate_key',
    meaning: 'The configuration sets the same option twice.',
    remedy: 'Remove one of the two.',
    retryable: false,
  },
  config_unknown_option: {
    code: 'config_unknown_option',
    meaning: 'The configuration sets an option that does not exist.',
    remedy: 'Correct its name or remove it; "mesh-telemetry config print" shows every option there is.',
    retryable: false,
  },
  config_bad_value: {
    code: 'config_bad_value',
    meaning: 'An option of the configuration has a value that it cannot have, or lacks one that it needs.',
    remedy: 'Set what the message allows, or remove the line to get the default.',
    retryable: false,
  },
  config_missing_variable: {
    code: 'config_missing_variable',
    meaning: 'The configuration refers to an environment variable that is not set.',
    remedy: 'Set the variable, or give a default in its place: ${NAME:-default}.',
    retryable: false,
  },
  config_bad_reference: {
    code: 'config_bad_reference',
    meaning: 'The configuration holds a "${" that refers to no environment variable.',
    remedy: 'Write ${NAME} or ${NAME:-default}; where "${" itself is meant, write "$${".',
    retryable: false,
  },
} as const satisfies Record<string, ProblemKind>

/** Everything that is wrong with a configuration, in the order of its lines. */
export class ConfigProblems extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(explain).join('\n'))
    this.name = 'ConfigProblems'
    this.problems = problems
  }
}
