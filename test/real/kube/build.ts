import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const sources = join(import.meta.dirname, 'server')
const files = ['go.mod', 'go.sum', 'main.go']
const cache = join(homedir(), '.cache/mesh-telemetry')
const needed = [1, 26] as const
const environment = { GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly -buildvcs=false', CGO_ENABLED: '0' }

export interface Building {
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * A real kube-apiserver, built from its modules. The first build takes four to six minutes, most of it for Kubernetes itself; afterwards the program is
 * kept for these sources and this Go.
 *
 * @returns the path of the executable, or why there is none on this machine
 */
export async function buildKubeServer({ log, signal }: Building): Promise<{ readonly path: string } | { readonly why: string }> {
  const go = await goVersion()
  if (go === undefined) return { why: 'Go is missing (1.26 or newer builds the API server; "go version" shows what there is)' }
  if (!isEnough(go)) return { why: `the API server needs Go ${needed.join('.')} or newer, this is: ${go}` }
  const path = join(cache, `kube-server-${await keyOf(go)}`)
  if (await exists(path)) return { path }
  try {
    log('the API server is fetched')
    await inSources(['mod', 'download'], signal)
  } catch (error) {
    return { why: `the Go modules of the API server cannot be fetched: ${lastLine(error)}` }
  }
  log('the API server is built, which takes some minutes once')
  await build(path, signal)
  return { path }
}

/** Throws what the compiler said: what was fetched must build. */
async function build(path: string, signal: AbortSignal): Promise<void> {
  await mkdir(cache, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  try {
    await inSources(['build', '-trimpath', '-ldflags', `-s -w ${await versionFlags()}`, '-o', unfinished, '.'], signal)
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** Without these the server gives itself a version that kubectl cannot read. */
async function versionFlags(): Promise<string> {
  const [, version = '', major = '', minor = ''] =
    /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)/.exec(await readFile(join(sources, 'go.mod'), 'utf8')) ?? []
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean', buildDate: '1970-01-01T00:00:00Z' }
  return Object.entries(values)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ')
}

const inSources = (words: readonly string[], signal: AbortSignal) =>
  // The proxy and the cache are the user's.
  run('go', words, { cwd: sources, env: { ...process.env, ...environment }, signal, maxBuffer: 2 ** 24 })

async function goVersion(): Promise<string | undefined> {
  const said = await run('go', ['version'], { env: { ...process.env, ...environment } }).catch(() => undefined)
  return said?.stdout.trim()
}

function isEnough(version: string): boolean {
  const [major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number)
  return major > needed[0] || (major === needed[0] && minor >= needed[1])
}

async function keyOf(go: string): Promise<string> {
  const hash = createHash('sha256').update(go)
  for (const file of files) hash.update(await readFile(join(sources, file)))
  return hash.digest('hex').slice(0, 16)
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

function lastLine(error: unknown): string {
  const { stderr = '', message } = error as Error & { readonly stderr?: string }
  return (stderr || message).trim().split('\n').at(-1) ?? ''
}
