import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { applying } from './applying.ts'
import { buildKubeServer } from './build.ts'
import type { KubeCheck } from './check.ts'
import { commands } from './commands.ts'
import { deployment } from './deploy.ts'
import { enabling } from './enabling.ts'
import { faultsOfServer } from './faults.ts'
import { inPod } from './in-pod.ts'
import { looking } from './looking.ts'
import { rights } from './rights.ts'
import { KubeServer } from './server.ts'
import { showing } from './showing.ts'

/** In this order, all on one server: each in namespaces of its own. */
const checks: Readonly<Record<string, KubeCheck>> = {
  deployment,
  rights,
  'in a pod': inPod,
  applying,
  commands,
  looking,
  showing,
  enabling,
  faults: faultsOfServer,
}

/** The program against a real API server. The first run builds it, which takes some minutes. */
export const kubePart: RealPart = { name: 'kube', deadlineMs: 1_200_000, run }

async function run(setting: RealSetting): Promise<RealOutcome> {
  const { log, scratch, signal } = setting
  const built = await buildKubeServer(setting)
  if ('why' in built) return { outcome: 'not run', why: built.why }
  await using server = await KubeServer.start({ executable: built.path, folder: join(scratch, 'server') })
  const wrong: string[] = []
  const figures: Record<string, string | number> = {}
  for (const [name, check] of Object.entries(checks)) {
    signal.throwIfAborted()
    const folder = join(scratch, name.replaceAll(' ', '-'))
    await mkdir(folder)
    const beganMs = performance.now()
    log(`${name} begins`)
    try {
      Object.assign(figures, await check(server, { ...setting, scratch: folder, log: (line) => log(`${name}: ${line}`) }))
    } catch (error) {
      wrong.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
    log(`${name} took ${((performance.now() - beganMs) / 1_000).toFixed(1)} s`)
  }
  return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
}
