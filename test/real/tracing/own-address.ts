import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Compiles what makes an Envoy believe that the address in the variable POD_IP is its own; `folder` takes the library.
 *
 * @returns the library for LD_PRELOAD, or why there is none on this machine
 */
export async function compileOwnAddress(
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly path: string } | { readonly why: string }> {
  const path = join(folder, 'own-address.so')
  try {
    await promisify(execFile)('cc', ['-shared', '-fPIC', '-O2', '-o', path, join(import.meta.dirname, 'own-address.c')], { signal })
    return { path }
  } catch (error) {
    return {
      why: `no C compiler, which gives each sidecar an address of its own: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    }
  }
}
