import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DemoMesh } from '../../../src/demo/mesh.ts'
import { CollectorProcess } from '../collector-process.ts'
import { beforeLoadMs, underLoad, withDemoMesh } from '../demo-mesh.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { installPrometheus } from '../prometheus/install.ts'
import { PrometheusServer } from '../prometheus/server.ts'
import { askDashboards } from './answers.ts'
import { departure } from './departure.ts'
import { called, caller } from './extra-pages.ts'
import { type ExtraPod, ExtraPods } from './extra-pods.ts'
import { onlyJob } from './job.ts'
import { askTests, countsOf, type Scene } from './questions.ts'

/** A real Prometheus with one job, on `/metrics/osm`, must answer what OSM's own answered: dashboards, Flagger, end-to-end tests. */
export const dropinPart: RealPart = { name: 'dropin', deadlineMs: 240_000, run }

/** Long enough for the demo's first failures to be over. */
const loadMs = 20_000

const healthy = caller('pod-info', { prefix: '', code: '200' })
const old = caller('old-envoy', { prefix: 'envoy_', code: '200' })
/** Every one of its requests fails. */
const failing = caller('sick-app', { prefix: '', code: '503' })
const leaver = caller('short-lived', { prefix: '', code: '200' })

/** In the control plane's namespace and willing, and still none of it. */
const stranger: ExtraPod = {
  namespace: 'osm-system',
  name: 'osm-prometheus-7b9f8c6d5-x2x4z',
  app: 'osm-prometheus',
  kind: 'control-plane',
  page: () => 'osm_stranger 1\n',
}

const pods: readonly ExtraPod[] = [...[healthy, old, failing, leaver].flatMap((each) => [each, called(each)]), stranger]

async function run(setting: RealSetting): Promise<RealOutcome> {
  const installed = await installPrometheus(setting.signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  setting.log(`Prometheus ${installed.version}`)
  return withDemoMesh(setting.scratch, async (mesh, config) => {
    await using extra = await ExtraPods.serve(pods, join(setting.scratch, 'manifests'))
    return await prove({ mesh, extra, config }, installed, setting)
  })
}

interface World {
  readonly mesh: DemoMesh
  readonly extra: ExtraPods
  readonly config: Readonly<Record<string, unknown>>
}

async function prove(
  { mesh, extra, config }: World,
  prometheus: { readonly path: string; readonly version: string },
  setting: RealSetting,
): Promise<RealOutcome> {
  await using restored = await start({ config, names: 'restored' }, prometheus, setting)
  await using underscore = await start({ config, names: 'underscore' }, prometheus, setting)
  await mesh.advance(beforeLoadMs)
  await underLoad(mesh, loadMs)
  const { wrong, empty, figures } = await askDashboards(restored.server, Date.now())
  for (const line of empty) setting.log(line)
  const scene: Scene = { mesh, restored: restored.server, underscore: underscore.server, healthy, old, failing }
  wrong.push(...(await askTests(scene)), ...(await countsOf(scene)))
  const page = await restored.collector.text('/metrics/osm')
  if (page.includes('osm_stranger')) wrong.push("a pod of the control plane's namespace that is none of it was scraped")
  const left = await departure({ ...restored, extra, leaver, version: prometheus.version })
  const all = { ...figures, 'series on /metrics/osm': page.split('\n').filter((line) => !line.startsWith('#')).length, ...left.figures }
  wrong.push(...left.wrong)
  return wrong.length === 0
    ? { outcome: 'passed', figures: all }
    : { outcome: 'failed', why: `${wrong.length}: ${wrong.slice(0, 25).join('\n')}`, figures: all }
}

/** A collector, and the Prometheus that reads only it. */
async function start(
  { config, names }: { readonly config: World['config']; readonly names: 'restored' | 'underscore' },
  { path, version }: { readonly path: string; readonly version: string },
  { scratch, signal }: RealSetting,
) {
  const folder = join(scratch, names)
  await mkdir(folder)
  const discover = { ...(config.discover as object), namespaces: 'either' }
  const collector = await CollectorProcess.run({ ...config, discover, relabel: { wasmNames: names } }, { scratch: folder })
  try {
    await collector.until('/readyz', 15_000)
    const flags = [`--query.lookback-delta=${lookbackSeconds}s`]
    const server = await PrometheusServer.start(onlyJob(collector.url, version), { executable: path, scratch: folder, signal, flags })
    const end = async () => {
      await server[Symbol.asyncDispose]()
      await collector.stop()
    }
    return { collector, server, lookbackSeconds, [Symbol.asyncDispose]: end }
  } catch (error) {
    await collector.stop()
    throw error
  }
}

/** Five minutes by default; shorter here, so that a test can see the end of it. */
const lookbackSeconds = 10
