import { execFile } from 'node:child_process'
import { access, mkdir, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const version = 'v2.16.2'
const path = join(homedir(), '.cache/mesh-telemetry', `compose-${version}`, 'compose-spec')

/**
 * The program that `docker compose` reads its files with, built from its Go module and kept between runs.
 *
 * @returns the path of the executable, or why there is none on this machine
 */
export async function installLoader(signal: AbortSignal): Promise<{ readonly path: string } | { readonly why: string }> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (isThere) return { path }
  const folder = join(path, '..')
  await mkdir(folder, { recursive: true })
  try {
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', CGO_ENABLED: '0', GOBIN: folder }
    await run('go', ['install', `github.com/compose-spec/compose-go/v2/cmd@${version}`], { env, signal })
    await rename(join(folder, 'cmd'), path)
    return { path }
  } catch (error) {
    return { why: `Compose's loader could not be built: ${(error as Error).message.trim().split('\n').at(-1)}` }
  }
}
