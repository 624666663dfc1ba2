import { execFile } from 'node:child_process'
import { access, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { GeneratedSources, ModuleSources, Recipe } from './recipes.ts'

const run = promisify(execFile)
const cache = join(homedir(), '.cache/mesh-telemetry/peers')
const environment = { GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=mod -buildvcs=false', CGO_ENABLED: '0' }
const buildFlags = ['-trimpath', '-ldflags', '-s -w']

/**
 * A program of others, built from its Go modules and kept between runs: removing it under `~/.cache/mesh-telemetry/peers` builds it anew.
 *
 * @returns the executable, or why there is none on this machine
 */
export async function installPeer(recipe: Recipe): Promise<{ readonly path: string } | { readonly why: string }> {
  const path = join(cache, recipe.name)
  if (await exists(path)) return { path }
  if ((await inGo(['version'], homedir()).catch(() => '')) === '') return { why: `Go is missing, which builds ${recipe.name}` }
  console.log(`${recipe.name} is fetched and built, which takes some minutes once`)
  const unfinished = `${path}.${process.pid}`
  try {
    await mkdir(unfinished, { recursive: true })
    const { folder, program } = await put(recipe.sources, unfinished)
    const built = join(unfinished, 'built')
    const tags = recipe.tags ? ['-tags', recipe.tags.join(',')] : []
    await inGo(['build', ...buildFlags, ...tags, '-o', built, program], folder)
    await rename(built, path)
    return { path }
  } catch (error) {
    return { why: `${recipe.name} could not be built: ${lastLine(error)}` }
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** Sources that can be built, in a folder within `unfinished`; `program` is the package there. */
async function put(sources: ModuleSources | GeneratedSources, unfinished: string): Promise<{ folder: string; program: string }> {
  const folder = join(unfinished, 'sources')
  if ('builder' in sources) {
    await generate(sources, folder)
    return { folder, program: '.' }
  }
  const said = await inGo(['mod', 'download', '-json', `${sources.module}@${sources.version}`], unfinished)
  const { Dir: kept } = JSON.parse(said) as { readonly Dir: string }
  await cp(kept, folder, { recursive: true }) // Go refuses to install by name what replaces modules of others
  await run('chmod', ['-R', 'u+w', folder]) // Go keeps modules read-only
  return { folder, program: sources.package }
}

async function generate({ builder, components }: GeneratedSources, folder: string): Promise<void> {
  const list = Object.entries(components).map(([kind, modules]) => [kind, modules.map((gomod) => ({ gomod }))])
  const recipe = `${folder}.yaml`
  await writeFile(recipe, JSON.stringify({ dist: { name: 'otel-collector', output_path: folder }, ...Object.fromEntries(list) })) // JSON is YAML
  await inGo(['run', builder, '--config', recipe, '--skip-compilation'], join(folder, '..'))
}

/** Building gives way to whatever else the machine does; the module proxy and the cache are the user's. */
async function inGo(words: readonly string[], folder: string): Promise<string> {
  const { stdout } = await run('nice', ['-n', '19', 'go', ...words], {
    cwd: folder,
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 26,
  })
  return stdout
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
