import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = join(homedir(), '.cache/mesh-telemetry')

/** Two lines of Jaeger: 1.48 is the last 1.x that can be built by its name alone; the 2.x of the module's last tag has another inside, and needs the better part of ten minutes. */
export const jaegerLines = {
  1: { version: '1.48.0', package: './cmd/all-in-one' },
  2: { version: '1.76.0', package: './cmd/jaeger' },
} as const

export type JaegerLine = keyof typeof jaegerLines

export interface BuiltJaeger {
  readonly path: string
  readonly line: JaegerLine
  /** Absent where it was kept from an earlier run. */
  readonly builtInSeconds?: number
}

const module = 'github.com/jaegertracing/jaeger'
const environment = { GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly -buildvcs=false', CGO_ENABLED: '0' }
const buildFlags = ['-trimpath', '-ldflags', '-s -w']

/**
 * A real Jaeger, built from its Go module and kept for this recipe and this Go. Its page is a placeholder, the API is whole.
 *
 * @returns the executable, or why there is none on this machine
 */
export async function buildJaeger(
  line: JaegerLine,
  setting: { readonly log: (line: string) => void; readonly signal: AbortSignal },
): Promise<BuiltJaeger | { readonly why: string }> {
  const { log, signal } = setting
  const { version } = jaegerLines[line]
  const go = await inGo(['version'], { signal }).catch(() => undefined)
  if (go === undefined) return { why: 'Go is missing, which builds Jaeger' }
  const path = join(cache, `jaeger-${version}-${keyOf(line, go)}`)
  if (await exists(path)) return { path, line }
  let sources: string
  try {
    log(`Jaeger ${version} is fetched`)
    sources = await fetchSources(line, signal)
  } catch (error) {
    return { why: `the Go modules of Jaeger ${version} cannot be fetched: ${lastLine(error)}` }
  }
  log(`Jaeger ${version} is built, which takes some minutes once`)
  const startedMs = performance.now()
  try {
    await build(line, { sources, path, signal })
  } finally {
    await rm(sources, { recursive: true, force: true })
  }
  return { path, line, builtInSeconds: Math.round((performance.now() - startedMs) / 1_000) }
}

/** A copy that can be built in: Go refuses to install by name what replaces modules of others, as Jaeger after 1.48 does. */
async function fetchSources(line: JaegerLine, signal: AbortSignal): Promise<string> {
  const { version, package: wanted } = jaegerLines[line]
  const named = `${module}@v${version}`
  await inGo(['mod', 'download', named], { signal })
  const kept = await inGo(['list', '-m', '-f', '{{.Dir}}', named], { signal })
  const sources = await mkdtemp(join(tmpdir(), 'mesh-telemetry-jaeger-'))
  await cp(kept, sources, { recursive: true })
  await run('chmod', ['-R', 'u+w', sources], { signal }) // Go keeps modules read-only
  await inGo(['list', '-deps', wanted], { signal, cwd: sources }) // fetches what is needed, and no more
  return sources
}

/** Throws what the compiler said: what was fetched must build. */
async function build(
  line: JaegerLine,
  { sources, path, signal }: { readonly sources: string; readonly path: string; readonly signal: AbortSignal },
): Promise<void> {
  await mkdir(cache, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  try {
    await inGo(['build', ...buildFlags, '-o', unfinished, jaegerLines[line].package], { signal, cwd: sources })
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function inGo(words: readonly string[], options: { readonly signal: AbortSignal; readonly cwd?: string }): Promise<string> {
  // The proxy and the cache are the user's.
  const { stdout } = await run('go', words, { ...options, env: { ...process.env, ...environment }, maxBuffer: 2 ** 24 })
  return stdout.trim()
}

function keyOf(line: JaegerLine, go: string): string {
  const recipe = JSON.stringify([module, jaegerLines[line], environment, buildFlags, go])
  return createHash('sha256').update(recipe).digest('hex').slice(0, 16)
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
