import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const folder = join(homedir(), '.cache/mesh-telemetry', 'prometheus-debian')

/** Names the executable of another Prometheus to run everything against. */
const ownChoice = 'MESH_TELEMETRY_PROMETHEUS'

/**
 * A real Prometheus: the one that the environment variable MESH_TELEMETRY_PROMETHEUS names, else the machine's own, or Debian's package, unpacked and kept between runs. It is not installed, because that would start it as
 * a service.
 *
 * @returns the path of the executable, or why there is none on this machine
 */
export async function installPrometheus(
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly version: string } | { readonly why: string }> {
  const chosen = process.env[ownChoice]
  if (chosen !== undefined) {
    const version = await versionOf(chosen)
    return version ? { path: chosen, version } : { why: `${ownChoice} names no Prometheus that runs here: ${chosen}` }
  }
  const kept = join(folder, 'usr/bin/prometheus')
  for (const path of ['prometheus', kept]) {
    const version = await versionOf(path)
    if (version) return { path, version }
  }
  try {
    await unpack(signal)
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string }
    return { why: `Prometheus could not be fetched: ${(stderr || message).trim().split('\n').at(-1)}` }
  }
  const version = await versionOf(kept)
  return version ? { path: kept, version } : { why: 'the Prometheus of the Debian package does not run here' }
}

async function versionOf(path: string): Promise<string | undefined> {
  const said = await run(path, ['--version']).catch(() => undefined)
  return /version (?<version>\S+)/.exec(`${said?.stdout}${said?.stderr}`)?.groups?.version
}

async function unpack(signal: AbortSignal): Promise<void> {
  const unfinished = `${folder}.${process.pid}`
  try {
    await mkdir(unfinished, { recursive: true })
    const download = () => run('apt-get', ['download', 'prometheus'], { cwd: unfinished, signal })
    await download().catch(async () => {
      await run('apt-get', ['update'], { signal }) // a fresh machine has no package lists
      await download()
    })
    const archive = (await readdir(unfinished)).find((file) => file.endsWith('.deb')) ?? ''
    await run('dpkg-deb', ['-x', archive, '.'], { cwd: unfinished, signal })
    await rm(folder, { recursive: true, force: true })
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}
