import { Argument, Command as Parser, CommanderError, InvalidArgumentError, Option as ParserOption } from 'commander'
import { ConfigProblems } from '../config/problems.ts'
import { Problem } from '../runtime/problem.ts'
import type { Command, Option } from './command.ts'
import { branches, commands } from './commands.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import type { ClusterChoice } from './named-cluster.ts'
import { exitCodeOf } from './problems.ts'
import { remark, remarkError } from './remarks.ts'
import { columnsOf } from './terminal.ts'
import { version } from './package-version.ts'

const summary = `Who calls whom in a service mesh, how often, how slow, how many fail: read from
the sidecars of Open Service Mesh and its successors.`

const afterCommands = `
First steps:
  $ mesh-telemetry demo                       a small mesh on this machine
  $ mesh-telemetry check --config mesh.yaml   what is wrong with a configuration
  $ mesh-telemetry run --config mesh.yaml     collect

Exit codes: 0 fine, 1 it ran and found problems, 2 usage or configuration,
3 unreachable. In a checkout type "npx mesh-telemetry" for "mesh-telemetry".
Tables are as wide as the terminal, and in pipes and files as wide as they need
to be, so that nothing is cut; COLUMNS=100 sets a width there. NO_COLOR=1 leaves
colours out.`

/**
 * Runs what the command line says. Everything a person may have got wrong ends here as a sentence on standard error and an exit code.
 *
 * @param words without the names of Node and the script
 */
export async function runCommandLine(words: readonly string[], context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.fine
  let told = context
  const program = parserOf(context)
  for (const command of commands) {
    addCommand(program, command, async (args) => {
      told = { ...context, cluster: clusterIn(args) }
      exitCode = await command.run(args, told)
    })
  }
  try {
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage
    return said(error, told)
  }
}

function clusterIn({ kubeconfig, context }: Readonly<Record<string, unknown>>): ClusterChoice {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { kubeconfig: text(kubeconfig), context: text(context) }
}

function parserOf({ stdout, stderr, env }: Context): Parser {
  const width = Math.min(columnsOf(stdout, env), 100)
  return new Parser('mesh-telemetry')
    .description(summary)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help; each command has its own')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', afterCommands)
    .showHelpAfterError('Type "mesh-telemetry --help" for what there is.')
    .configureHelp({ subcommandTerm: (command) => [command.name(), ...command.aliases()].join(', ') })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
}

/** Hangs a command into the tree; of a name of two words, the first is a branch. */
function addCommand(
  program: Parser,
  { name, summary, operand, options, notes }: Command,
  run: (args: Parameters<Command['run']>[0]) => Promise<void>,
) {
  const [branch, leaf] = name.split(' ')
  const parent =
    leaf === undefined ? program : (program.commands.find((known) => known.name() === branch) ?? branchOf(program, branch ?? ''))
  const parser = parent.command(leaf ?? name).description(summary)
  parser.helpOption('-h, --help', 'print this help').addHelpText('after', `\n${notes}`)
  parser.showHelpAfterError(`Type "mesh-telemetry ${name} --help" for how it is used.`)
  if (operand) parser.addArgument(new Argument(operand.optional ? `[${operand.name}]` : `<${operand.name}>`, operand.help))
  for (const option of Object.values(options)) parser.addOption(parserOption(option))
  parser.action(async () => run({ ...parser.opts<Record<string, unknown>>(), operand: parser.args[0] ?? '' }))
}

function branchOf(program: Parser, name: string): Parser {
  const { summary, alias } = branches.find((branch) => branch.name === name) ?? {}
  const parser = program.command(name).helpCommand(false)
  if (summary !== undefined) parser.description(summary)
  return alias === undefined ? parser : parser.alias(alias)
}

function parserOption({ flags, help, default: text, preset, required, repeatable, parse }: Option<unknown>): ParserOption {
  const option = new ParserOption(flags, help)
  if (required) option.makeOptionMandatory()
  if (text !== undefined) option.default(parse ? parse(text) : text, text)
  if (preset !== undefined) option.preset(preset)
  if (parse) {
    option.argParser((given: string, before: unknown) => {
      try {
        return repeatable ? [before ?? [], parse(given)].flat() : parse(given)
      } catch (error) {
        throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
      }
    })
  }
  return option
}

/** Says what went wrong and how the process ends. What is nobody's to mend but ours is shown whole. */
function said(error: unknown, context: Context): ExitCode {
  if (context.signal.aborted) return exitCodes.problems
  if (error instanceof ConfigProblems) {
    for (const problem of error.problems) remarkError(context, problem)
    return exitCodes.usage
  }
  if (error instanceof Problem) {
    remarkError(context, error)
    return exitCodeOf(error.kind)
  }
  remark(context, 'unexpected', error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCodes.problems
}
