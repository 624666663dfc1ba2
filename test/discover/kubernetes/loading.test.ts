import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')

/** The files of the library that a program loaded, as the module loader asks for them. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const hook = `
    import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) { if (url.includes('@kubernetes/client-node')) process.stderr.write('LOADED ' + url + '\\n'); return next(url, context) } })`
  const { stderr } = await run(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, ...args], { cwd: root })
  return stderr.split('\n').filter((line) => line.startsWith('LOADED'))
}

it('loads the library for kubeconfigs only where a cluster is asked', async () => {
  expect(await loadedBy('src/main.ts', 'version')).toEqual([])
  expect(await loadedBy('--input-type=module', '-e', `await import('./src/collector.ts')`)).toEqual([])
  expect((await loadedBy('--input-type=module', '-e', `await import('./src/discover/kubernetes/cluster.ts')`)).length).toBeGreaterThan(0)
})
