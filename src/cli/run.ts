import { once } from 'node:events'
import { createLog } from '../telemetry/log.ts'
import { command } from './command.ts'
import { openConfig } from './config-file.ts'
import { exitCodes } from './context.ts'
import { requiredConfigOption } from './options.ts'
import { version } from './package-version.ts'

/** What is scraped by then is committed; Kubernetes kills after 30 s. */
const stopWithinMs = 10_000

export const runCommand = command({
  name: 'run',
  summary: 'Collect as a configuration says, until it is asked to end.',
  options: { config: requiredConfigOption },
  notes: `What it prints:
  Where it serves; then, on standard error, its log: one JSON object per line.
  SIGTERM or Ctrl-C ends it in good order, with exit code 0 (npx and npm may
  report 130 on Ctrl-C themselves), or 1 when its sums could not be saved within
  ten seconds; a second Ctrl-C ends it at once. Relative paths in the file start
  from its folder.

Examples:
  $ mesh-telemetry run --config mesh.yaml
  $ LISTEN=0.0.0.0:9464 mesh-telemetry run --config mesh.yaml
    (where mesh.yaml says listen: \${LISTEN})`,
  async run({ config: file }, context) {
    const { config, baseDirectory } = await openConfig(file, context)
    const { startCollector } = await import('../collector.ts') // much to load, and nothing to it for the other commands
    const log = createLog({ level: config.telemetry.logLevel })
    const collector = await startCollector(config, { baseDirectory, version, log, clock: context.clock })
    context.stdout.write(`mesh-telemetry ${version} serves ${collector.url}\n`)
    if (!context.signal.aborted) await once(context.signal, 'abort')
    return (await collector.stop(stopWithinMs)) ? exitCodes.fine : exitCodes.problems
  },
})
