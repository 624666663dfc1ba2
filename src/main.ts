import { constants } from 'node:os'
import { StopRequests } from './cli/stop-requests.ts'
import { runCommandLine } from './cli/program.ts'
import { systemClock } from './runtime/clock.ts'

const { argv, env, stdin, stdout, stderr } = process
const requests = new StopRequests(systemClock)
const lastMoments: (() => void)[] = []

process.on('exit', () => lastMoments.forEach((task) => task()))

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => {
    if (requests.heard() === 'again') process.exit(128 + constants.signals[name])
  })

/** Nobody is there to stop us any more: the launcher died, or never had the time to hear us start. */
const orphaned = () => {
  requests.heard()
  setTimeout(() => process.exit(1), 1_500)
}
process.on('disconnect', orphaned)
process.channel?.unref() // the channel alone keeps nothing running
if (process.connected === false) orphaned()

// The reader of our output went away, as in `mesh-telemetry edges | head -1`, or the terminal did.
for (const stream of [stdout, stderr]) stream.on('error', () => requests.heard())

const exitCode = await runCommandLine(argv.slice(2), {
  env,
  stdin,
  stdout,
  stderr,
  signal: requests.signal,
  clock: systemClock,
  atExit: (task) => lastMoments.push(task),
})
// Exits only after what was written has left: on some platforms pipes are written behind our back.
stdout.write('', () => stderr.write('', () => process.exit(exitCode)))
