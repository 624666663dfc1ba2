import { command } from './command.ts'
import { exitCodes } from './context.ts'
import { version } from './package-version.ts'

export const versionCommand = command({
  name: 'version',
  summary: 'Print the version of this program and of the Node that runs it.',
  options: {},
  notes: 'Examples:\n  $ mesh-telemetry version',
  async run(_args, { stdout }) {
    stdout.write(`mesh-telemetry ${version} (Node ${process.versions.node}, ${process.platform} ${process.arch})\n`)
    return exitCodes.fine
  },
})
