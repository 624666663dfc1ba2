import { durationText } from '../runtime/units.ts'
import { command } from './command.ts'
import { openConfig } from './config-file.ts'
import { exitCodes } from './context.ts'
import { requiredConfigOption } from './options.ts'

export const checkCommand = command({
  name: 'check',
  summary: 'Say everything that is wrong with a configuration.',
  options: { config: requiredConfigOption },
  notes: `What it prints:
  One line when all is well. Otherwise every problem at once, each with file,
  line and column and what to do about it, and the exit code is 2.

Examples:
  $ mesh-telemetry check --config mesh.yaml
  $ mesh-telemetry check -c mesh.yaml && mesh-telemetry run -c mesh.yaml`,
  async run({ config: file }, context) {
    const { config } = await openConfig(file, context)
    const { discover, scrape, http } = config
    const every = `asks targets from ${discover.source} every ${durationText(scrape.interval)}`
    context.stdout.write(`${file} is fine: ${every}, serves ${http.listen.host}:${http.listen.port}.\n`)
    return exitCodes.fine
  },
})
