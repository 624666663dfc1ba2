import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Compiles floor.c; resolves to the executable, or to why there is none. */
export async function compileFloor(): Promise<{ readonly path: string } | { readonly why: string }> {
  const folder = join(homedir(), '.cache/mesh-telemetry')
  const path = join(folder, 'bench-floor')
  try {
    await mkdir(folder, { recursive: true })
    await promisify(execFile)('cc', ['-O2', '-o', path, join(import.meta.dirname, 'floor.c')])
    return { path }
  } catch (error) {
    return { why: `no floor: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` }
  }
}
