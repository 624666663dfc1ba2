import type { Context, ExitCode } from './context.ts'

/** One option of a command. */
export interface Option<Value> {
  /** As commander reads them: `--server <url>`. */
  readonly flags: string
  readonly help: string
  /** As a person would type it. */
  readonly default?: string
  /** As a person would type it: what it is when it stands without its value, which then is in square brackets. */
  readonly preset?: string
  readonly required?: boolean
  /** May stand several times; the lists that `parse` makes are joined. */
  readonly repeatable?: boolean
  /** @throws {Error} whose message says what is allowed */
  readonly parse?: (text: string) => Value
}

/** What `run` is handed: an option's value, by its long name in camel case; `undefined` where it is optional and was not given. */
export type Values<Options> = { readonly [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never }

/** One word of the command line and what it does. */
export interface Command {
  /** `edges`, or two words: `config print`. */
  readonly name: string
  readonly summary: string
  /** The one operand; one that is optional is empty where it was not given. */
  readonly operand?: { readonly name: string; readonly help: string; readonly optional?: boolean }
  readonly options: Readonly<Record<string, Option<unknown>>>
  /** What `--help` says after the options: what is printed, examples, exit codes beyond the usual. */
  readonly notes: string
  /** @throws {Problem} where the error is the user's to mend; its kind decides the exit code */
  run(args: Readonly<Record<string, unknown>> & { readonly operand: string }, context: Context): Promise<ExitCode>
}

/** Lets `run` see its options under their types. */
export function command<const Options extends Command['options']>(
  spec: Omit<Command, 'options' | 'run'> & {
    readonly options: Options
    run(args: Values<Options> & { readonly operand: string }, context: Context): Promise<ExitCode>
  },
): Command {
  return spec
}
