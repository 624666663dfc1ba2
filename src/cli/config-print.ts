import { printConfig } from '../config/print.ts'
import { command } from './command.ts'
import { configText } from './config-file.ts'
import { exitCodes } from './context.ts'
import { configOption } from './options.ts'
import { shownRaw } from './terminal.ts'

export const configPrintCommand = command({
  name: 'config print',
  summary: 'Print the whole configuration that a file leads to, or the defaults.',
  options: { config: configOption },
  notes: `What it prints:
  YAML with every option there is: what the file says, environment variables
  filled in, and the default for the rest. It loads to the same configuration.

Examples:
  $ mesh-telemetry config print > mesh.yaml
  $ mesh-telemetry config print --config mesh.yaml`,
  async run({ config: file }, { stdout, env }) {
    const text = file === undefined ? '' : await configText(file)
    stdout.write(shownRaw(stdout, printConfig(text, { file: file ?? 'defaults', env })))
    return exitCodes.fine
  },
})
