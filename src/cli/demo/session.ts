import { rmSync } from 'node:fs'
import { copyFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { type Collector, startCollector } from '../../collector.ts'
import { configSchema } from '../../config/schema.ts'
import { startDemoMesh } from '../../demo/mesh.ts'
import { createLog } from '../../telemetry/log.ts'
import { version } from '../package-version.ts'
import type { Announcement } from './event-lines.ts'
import type { Places } from './frame.ts'

const configMap = 'container-azm-ms-osmconfig.yaml'
const rowsFolder = 'rows'
/** Which share of the demo's traces is told of: enough to see each kind in seconds, and little beside the rest of the demo's work. */
const tracedShare = 0.12
const shippedConfigMap = fileURLToPath(new URL(`../../../configmaps/${configMap}`, import.meta.url))

/** A running demo: the mesh, and a collector that knows it only by its manifests and pages. */
export interface DemoSession {
  readonly collector: Collector
  readonly places: Places
  readonly logFile: string
  /** Grows as episodes begin and end. */
  readonly announcements: readonly Announcement[]
  /** Stops everything and clears up; resolves within `deadlineMs` plus a moment. */
  stop(deadlineMs: number): Promise<void>
  /** Removes what the demo wrote, but for the log. Does not wait for anything; safe twice. */
  clear(): void
}

export interface DemoOptions {
  /** `127.0.0.1:9464`; when that port is taken, the next free one is used. */
  readonly listen: string
  readonly seed: number
  /** Where spans are sent on to by OTLP over HTTP; absent: nowhere. */
  readonly spansTo?: string | undefined
}

/**
 * Starts the demo in a temporary folder: nothing is written elsewhere.
 *
 * @throws {Problem} when the collector cannot start
 */
export async function startDemo({ listen, seed, spansTo }: DemoOptions): Promise<DemoSession> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-telemetry-demo-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  const logFile = `${folder}.log`
  const announcements: Announcement[] = []
  const onEpisode = (text: string) => void announcements.push({ at: new Date(), text })
  try {
    await copyFile(shippedConfigMap, join(folder, configMap))
    const mesh = await startDemoMesh({ seed, manifestsFolder: folder, onEpisode })
    const log = createLog({ level: 'info', destination: pino.destination({ dest: logFile, sync: true }) })
    const collector = await startCollector(configOf(folder, { listen, spansTo }), {
      baseDirectory: folder,
      version,
      log,
      portFallback: true,
    }).catch(async (error: unknown) => {
      await mesh.close()
      throw error
    })
    if (collector.tracesUrl) mesh.trace(new URL('/api/v2/spans', collector.tracesUrl), tracedShare)
    const stop = async (deadlineMs: number) => {
      await collector.stop(deadlineMs)
      await mesh.close()
      clear()
    }
    const wantedPort = listen.split(':').pop() ?? ''
    const places = { url: collector.url, configMapFile: join(folder, configMap), rowsFolder: join(folder, rowsFolder), wantedPort }
    return { collector, places, logFile, announcements, stop, clear }
  } catch (error) {
    clear()
    throw error
  }
}

/** What a user would write to follow a folder of manifests, but quicker, and with leave to ask this machine. */
function configOf(folder: string, { listen, spansTo }: Pick<DemoOptions, 'listen' | 'spansTo'>) {
  return configSchema.parse({
    discover: { source: 'manifests', manifests: { path: folder } },
    scrape: { interval: '1s', timeout: '900ms', allowLoopback: true },
    http: { listen },
    // Whoever takes any port for the page takes any for spans.
    traces: { listen: listen.endsWith(':0') ? '127.0.0.1:0' : '127.0.0.1:9411' },
    rows: { interval: '10s' },
    forward: { files: { path: rowsFolder, rotateAt: '8MiB', keep: 4 }, ...(spansTo !== undefined && { otlp: { endpoint: spansTo } }) },
  })
}
