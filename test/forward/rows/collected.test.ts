import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startCollector } from '../../../src/collector.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { type DemoMesh, startDemoMesh } from '../../../src/demo/mesh.ts'
import { createLog } from '../../../src/telemetry/log.ts'
import { patient } from '../../support/patient.ts'
import { rowsIn } from './row-table.ts'
import { requestsByCode } from './workbook.ts'

type Requests = Readonly<Record<string, number>>

const summed = (pairs: Iterable<readonly [string, number]>): Requests => {
  const sums = new Map<string, number>()
  for (const [key, requests] of pairs) if (requests > 0) sums.set(key, (sums.get(key) ?? 0) + requests)
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Over all callers, as files have it. */
async function written(folder: string): Promise<Requests> {
  const files = await readdir(folder)
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const all = requestsByCode(rowsIn(texts.join('')), { fromMs: 0, toMs: Infinity })
  return summed([...all].filter(([key]) => !/\|local|envoy-/.test(key)).map(([key, sum]) => [key.replace(/^.* > /, ''), sum]))
}

const truth = (mesh: DemoMesh): Requests =>
  summed(
    mesh
      .truth()
      .filter(({ source }) => source.namespace !== 'bookthief')
      .map(({ cluster, code, requests }) => [`${cluster} ${code}`, requests]),
  )

it.each(['full', 'compact'])(
  'a collector writes %s rows from which the workbook finds every request of the demo, over its own restart',
  async (fidelity) => {
    const folder = await mkdtemp(join(tmpdir(), 'rows-test-'))
    const configMap = 'container-azm-ms-osmconfig.yaml'
    await copyFile(new URL(`../../../configmaps/${configMap}`, import.meta.url), join(folder, configMap))
    const mesh = await startDemoMesh({ tickMs: 0, manifestsFolder: folder, onEpisode: () => {} })
    const config = configSchema.parse({
      discover: { source: 'manifests', manifests: { path: folder } },
      scrape: { interval: '200ms', allowLoopback: true },
      state: { path: 'state' },
      rows: { interval: '1s', fidelity },
      forward: { files: { path: 'rows' } },
      http: { listen: '127.0.0.1:0' },
    })
    const run = () => startCollector(patient(config), { baseDirectory: folder, version: 'test', log: createLog({ level: 'error' }) })
    const findsAll = async () => {
      await expect.poll(() => written(join(folder, 'rows')), { interval: 200 }).toEqual(truth(mesh))
    }
    let collector = await run()
    try {
      await expect.poll(() => collector.reading.readiness().ready).toBe(true)
      for (let second = 0; second < 10; second++) await mesh.advance(1_000)
      await findsAll()
      await collector.stop(2_000)
      for (let second = 0; second < 5; second++) await mesh.advance(1_000)
      collector = await run()
      await findsAll()
      await expect.poll(async () => (await fetch(`${collector.url}/metrics/insights`)).text()).toContain('app="bookbuyer"')
    } finally {
      await collector.stop(2_000)
      await mesh.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
)
